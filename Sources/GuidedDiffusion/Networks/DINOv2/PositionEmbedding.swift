/// A position embedding on a square grid, `[grid, grid, width]`.
struct PositionEmbedding {
  let grid: Int
  let width: Int
  let elements: [Double]

  /// The embedding on a grid of `target` x `target`.
  ///
  /// Cubic convolution with a = -0.75 and no filter when shrinking; target t lies at
  /// (t + 1/2) grid / (target + 0.1) - 1/2, and positions beyond the border are the border's. The 0.1
  /// is DINOv2's guard against rounding of the size, and moves the positions by up to 1/7.
  func resampled(to target: Int) -> [Double] {
    if target == grid { return elements }
    let taps = (0..<target).map { position -> [(source: Int, weight: Double)] in
      let place = (Double(position) + 0.5) * Double(grid) / (Double(target) + 0.1) - 0.5
      let floor = place.rounded(.down)
      return (-1...2).map { step in
        (
          min(max(Int(floor) + step, 0), grid - 1),
          Self.cubic(abs(place - floor - Double(step)))
        )
      }
    }
    var result = [Double](repeating: 0, count: target * target * width)
    for row in 0..<target {
      for column in 0..<target {
        let place = (row * target + column) * width
        for (y, v) in taps[row] {
          for (x, h) in taps[column] {
            let source = (y * grid + x) * width
            for c in 0..<width { result[place + c] += v * h * elements[source + c] }
          }
        }
      }
    }
    return result
  }

  /// Keys' cubic convolution with a = -0.75 at distance x, 0...2.
  private static func cubic(_ x: Double) -> Double {
    x <= 1
      ? (1.25 * x - 2.25) * x * x + 1
      : ((-0.75 * x + 3.75) * x - 6) * x + 3
  }
}
