/// Lines at the foot of a terminal that are rewritten in place.
final class LiveLines {
  private var shown = 0

  /// Shows lines in place of those before.
  func show(_ lines: [String]) {
    clear()
    for line in lines.dropLast() { Console.complain(line) }
    Console.rewrite(lines.last ?? "")
    shown = lines.count
  }

  /// Takes the lines away.
  func clear() {
    guard shown > 0 else { return }
    // To the first line, and from there to the end of the screen.
    let up = shown > 1 ? "\u{1b}[\(shown - 1)A" : ""
    Console.rewrite("\(up)\u{1b}[J")
    shown = 0
  }
}
