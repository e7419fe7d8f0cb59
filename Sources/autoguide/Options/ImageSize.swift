import ArgumentParser

/// Width and height as `512x512`.
struct ImageSize: ExpressibleByArgument {
  let width: Int
  let height: Int

  init?(argument: String) {
    let parts = argument.split(
      omittingEmptySubsequences: false, whereSeparator: { $0 == "x" || $0 == "," })
    let edges = parts.compactMap { Int($0) }
    guard parts.count == 2, edges.count == 2, edges.allSatisfy({ 1...32768 ~= $0 }) else {
      return nil
    }
    (width, height) = (edges[0], edges[1])
  }
}
