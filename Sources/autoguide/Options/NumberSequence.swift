/// Numbers as `1,1.5,2`; `...` between numbers goes on evenly, as in `1,1.25,...,3`.
struct NumberSequence: Hashable {
  let values: [Double]

  /// Reads numbers; nil if the text is something else.
  init?(_ text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.filter { $0 != " " } }
    var numbers: [Double] = []
    for (index, part) in parts.enumerated() {
      if part != "..." {
        guard let number = Double(part) else { return nil }
        numbers.append(number)
        continue
      }
      guard index + 1 < parts.count, let end = Double(parts[index + 1]), index >= 2,
        let before = Double(parts[index - 2]), let start = Double(parts[index - 1])
      else { return nil }
      let steps = (end - start) / (start - before) - 1
      guard steps.isFinite, 0.5..<100_000 ~= steps, (steps - steps.rounded()).magnitude <= 1e-4
      else { return nil }
      // Steps are exact to rounding.
      numbers += (1...Int(steps.rounded())).map {
        ((start + (start - before) * Double($0)) * 1e6).rounded() / 1e6
      }
    }
    values = numbers
  }
}
