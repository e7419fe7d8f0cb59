import Figures

/// How two pictures differ.
struct Comparison {
  /// Bytes that differ.
  let differingValues: Int

  /// Bytes in all.
  let values: Int

  /// Largest difference of two bytes.
  let largest: Int

  /// Compares pictures of one size.
  ///
  /// - Throws: ``Failure`` if their sizes differ.
  init(_ a: Picture, _ b: Picture) throws {
    guard (a.width, a.height, a.channels) == (b.width, b.height, b.channels) else {
      throw Failure(
        "the picture is \(a.width) x \(a.height), \(a.channels) channels; its recipe makes "
          + "\(b.width) x \(b.height), \(b.channels) channels")
    }
    let differences = zip(a.pixels, b.pixels).map { abs(Int($0) - Int($1)) }
    values = differences.count
    differingValues = differences.count { $0 > 0 }
    largest = differences.max() ?? 0
  }

  /// Whether no byte differs.
  var isIdentical: Bool { differingValues == 0 }

  /// For a user.
  var text: String {
    isIdentical
      ? "identical"
      : "differs in \(differingValues) of \(values) values, by at most \(largest) of 255"
  }
}
