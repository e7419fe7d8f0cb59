import Dispatch
import Synchronization

/// Inner products of all pairs of two sets of feature vectors, some at a time.
///
/// Memory is that of a few tiles, whatever the number of vectors. What is made of each tile of rows
/// depends on the vectors alone, not on the machine.
struct PairwiseProducts {
  /// `[rows, width]`.
  let x: [Float]

  /// `[columns, width]`.
  let y: [Float]

  let width: Int

  var rows: Int { x.count / width }
  var columns: Int { y.count / width }

  private static let tileRows = 256
  private static let tileColumns = 1024

  /// Goes through the products with every row once.
  ///
  /// - Parameters:
  ///   - initial: what each tile of rows starts from.
  ///   - body: takes one row's products with some neighbouring columns.
  /// - Returns: the result of each tile of rows, in order.
  func reduce<Result: Sendable>(
    _ initial: @Sendable (Range<Int>) -> Result,
    _ body: @Sendable (inout Result, _ row: Int, _ columns: Range<Int>, Span<Float>) -> Void
  ) -> [Result] {
    OpenBLAS.useOneThreadPerProduct()
    let tiles = (rows + Self.tileRows - 1) / Self.tileRows
    let results = Mutex([Result?](repeating: nil, count: tiles))
    DispatchQueue.concurrentPerform(iterations: tiles) { tile in
      let range = tile * Self.tileRows..<min((tile + 1) * Self.tileRows, rows)
      var result = initial(range)
      for first in stride(from: 0, to: columns, by: Self.tileColumns) {
        let part = first..<min(first + Self.tileColumns, columns)
        var products = [Float](repeating: 0, count: range.count * part.count)
        var target = products.mutableSpan
        Float.multiply(
          m: range.count, n: part.count, k: width,
          x.span.extracting(range.lowerBound * width..<range.upperBound * width), lda: width,
          y.span.extracting(part.lowerBound * width..<part.upperBound * width), ldb: width,
          transposeB: true, into: &target, ldc: part.count)
        for (place, row) in range.enumerated() {
          let line = place * part.count..<(place + 1) * part.count
          body(&result, row, part, products.span.extracting(line))
        }
      }
      results.withLock { [result] in $0[tile] = result }
    }
    return results.withLock { $0.compactMap(\.self) }
  }
}
