/// A mixture's log-density and score on an OpenCL device.
package final class OpenCLMixture: DensityModel {
  /// Most points of one launch.
  private let capacity: Int
  private let arguments: [Buffer]
  private let results: [Buffer]
  private let launch: Launch

  /// Brings the components to a device.
  ///
  /// - Parameters:
  ///   - mixture: the density.
  ///   - capacity: most points at once; more are evaluated in turns.
  ///   - context: the device.
  /// - Throws: ``OpenCLError``.
  package init(_ mixture: GaussianMixture, capacity: Int = 4096, on context: Context) throws {
    let padded = (capacity + 15) / 16 * 16
    self.capacity = padded
    let groups = mixture.groups
    let covariances = groups.flatMap { group in
      let s = mixture.components[group.lowerBound].covariance
      return [s.x, s.y, s.z, 0].map { Float($0) }
    }
    var components: [Float] = []
    var ends: [Int32] = []
    for group in groups {
      // Whole fours, filled up by the last one without its weight.
      for place in 0..<(group.count + 3) / 4 * 4 {
        let component = mixture.components[min(group.lowerBound + place, group.upperBound - 1)]
        let weight = place < group.count ? component.weight : 0
        components += [weight, component.mean.x, component.mean.y, 0].map { Float($0) }
      }
      ends.append(Int32(components.count / 4))
    }
    let buffers = try (0..<6).map { _ in try Buffer(size: padded * 4, on: context) }
    (arguments, results) = (Array(buffers[..<3]), Array(buffers[3...]))
    launch = try Launch(
      "mixture", of: try context.program(.mixture),
      [
        .buffer(try Buffer(covariances, on: context)), .buffer(try Buffer(ends, on: context)),
        .int(groups.count), .buffer(try Buffer(components, on: context)),
      ] + buffers.map { .buffer($0) },
      size: { [($0 + 15) / 16] })
  }

  package func evaluate(
    _ points: [SIMD2<Float>], sigma: [Float]
  ) throws(OpenCLError) -> DensityValues {
    precondition(points.count == sigma.count, "\(points.count) points, \(sigma.count) levels")
    var values = DensityValues(logDensities: [], scores: [])
    for start in stride(from: 0, to: points.count, by: capacity) {
      let range = start..<min(start + capacity, points.count)
      let columns = [
        points[range].map { $0.x }, points[range].map { $0.y }, Array(sigma[range]),
      ]
      for (column, buffer) in zip(columns, arguments) {
        // The last vector repeats a real point.
        let rest = (16 - column.count % 16) % 16
        try buffer.write(column + [Float](repeating: column[column.count - 1], count: rest))
      }
      try launch.enqueue(batch: range.count)
      values.logDensities += try results[0].read(range.count, as: Float.self)
      let x = try results[1].read(range.count, as: Float.self)
      let y = try results[2].read(range.count, as: Float.self)
      values.scores += zip(x, y).map { SIMD2($0, $1) }
    }
    return values
  }
}
