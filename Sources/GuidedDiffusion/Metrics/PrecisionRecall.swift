/// Precision and recall of a set of images by nearest neighbours (Kynkäänniemi et al., arXiv
/// 1904.06991).
public struct PrecisionRecall: Hashable, Sendable {
  /// Share of the images that lie in the manifold of the reference: nearer to some reference image than
  /// the k-th neighbour of that one among the reference images.
  public let precision: Double

  /// Share of the reference images that lie in the manifold of the images.
  public let recall: Double

  /// Number of images on each side.
  public let count: Int

  /// Of the features of images and of a reference; of the larger set as many count as the other has.
  ///
  /// - Parameters:
  ///   - sample: features of the images.
  ///   - reference: features of the reference by the same network.
  ///   - neighbours: k.
  /// - Throws: ``MetricsError`` if there are no more than k images.
  public init(
    _ sample: FeatureSample, reference: FeatureSample, neighbours: Int = 3
  ) throws(MetricsError) {
    count = min(sample.count, reference.count)
    guard count > neighbours else {
      throw MetricsError("precision and recall need the features of more than \(neighbours) images")
    }
    let width = sample.rows[0].features.count
    let x = Points(sample.reduced(to: count).features, width: width)
    let y = Points(reference.reduced(to: count).features, width: width)
    precision = x.share(in: y, radii: y.distances(toNeighbour: neighbours))
    recall = y.share(in: x, radii: x.distances(toNeighbour: neighbours))
  }
}

/// Feature vectors with their squared lengths.
private struct Points {
  let elements: [Float]
  let width: Int
  let squares: [Float]

  init(_ elements: [Float], width: Int) {
    precondition(elements.count % width == 0, "\(elements.count) elements of \(width) features")
    (self.elements, self.width) = (elements, width)
    squares = stride(from: 0, to: elements.count, by: width).map { start in
      Float(elements[start..<start + width].reduce(0.0) { $0 + Double($1) * Double($1) })
    }
  }

  /// The squared distance of each point to its k-th neighbour among the others.
  func distances(toNeighbour k: Int) -> [Float] {
    PairwiseProducts(x: elements, y: elements, width: width)
      .reduce({ Nearest(first: $0.lowerBound, distances: .init(repeating: [], count: $0.count)) }) {
        nearest, row, columns, products in
        for index in products.indices where columns.lowerBound + index != row {
          let distance = squares[row] + squares[columns.lowerBound + index] - 2 * products[index]
          nearest.insert(distance, row: row, keeping: k)
        }
      }
      .flatMap { $0.distances.map { $0[k - 1] } }
  }

  /// The least distances of some neighbouring rows, each list rising.
  private struct Nearest: Sendable {
    let first: Int
    var distances: [[Float]]

    /// Takes a distance into the k least of a row.
    mutating func insert(_ distance: Float, row: Int, keeping k: Int) {
      let index = row - first
      if distances[index].count == k {
        guard distance < distances[index][k - 1] else { return }
        distances[index].removeLast()
      }
      let place = distances[index].firstIndex { $0 > distance } ?? distances[index].count
      distances[index].insert(distance, at: place)
    }
  }

  /// The share of these points that are no further from some of `others` than its radius.
  func share(in others: Points, radii: [Float]) -> Double {
    let found = PairwiseProducts(x: elements, y: others.elements, width: width)
      .reduce({ _ in Set<Int>() }) { found, row, columns, products in
        if found.contains(row) { return }
        for index in products.indices {
          let other = columns.lowerBound + index
          let distance = squares[row] + others.squares[other] - 2 * products[index]
          if distance <= radii[other] {
            found.insert(row)
            return
          }
        }
      }
    return Double(found.reduce(0) { $0 + $1.count }) / Double(squares.count)
  }
}
