/// Which algorithm serves which convolution, by rules that look at shapes and settings, never at
/// the batch: the bits of an image do not depend on its company.
public struct AlgorithmTable: Hashable, Sendable {
  /// One rule.
  public struct Row: Hashable, Sendable {
    /// Smallest edge of the image in pixels.
    public let edge: Int

    /// Input or output channels, whichever are fewer.
    public let channels: ClosedRange<Int>

    /// What it chooses.
    public let algorithm: ConvolutionAlgorithm
  }

  /// Rules for 3x3 convolutions of stride 1 and padding 1 or 0; the first that fits holds. Everything
  /// else is direct.
  public let rows: [Row]

  /// What was measured for single shapes on one device; goes before the rules.
  var measured: [ConvolutionShape: ConvolutionAlgorithm] = [:]

  /// For CPU devices.
  public static func cpu(_ accuracy: Accuracy) -> AlgorithmTable {
    switch accuracy {
    case .strict:
      AlgorithmTable(rows: [Row(edge: 6, channels: 32...Int.max, algorithm: .winograd(2))])
    case .standard:
      AlgorithmTable(rows: [
        Row(edge: 48, channels: 32...Int.max, algorithm: .winograd(6)),
        Row(edge: 12, channels: 32...Int.max, algorithm: .winograd(4)),
        // Small images read each weight few times: the smaller weights win once they do not fit
        // the cache (measured with 64 and 512 channels).
        Row(edge: 6, channels: 32...256, algorithm: .winograd(4)),
        Row(edge: 6, channels: 257...Int.max, algorithm: .winograd(2)),
        // Few channels fit the cache in one launch: half the time of the direct kernel, from 16 to
        // 16 at 32x32.
        Row(edge: 6, channels: 1...31, algorithm: .winograd(4)),
      ])
    }
  }

  /// Every convolution direct.
  static let direct = AlgorithmTable(rows: [])

  /// One algorithm wherever it is possible, for tests and measurements.
  public static func forced(_ algorithm: ConvolutionAlgorithm) -> AlgorithmTable {
    AlgorithmTable(rows: [Row(edge: 1, channels: 1...Int.max, algorithm: algorithm)])
  }

  /// The algorithm for a convolution; an image's edge is its shorter side.
  func algorithm(_ shape: ConvolutionShape) -> ConvolutionAlgorithm {
    let (convolution, kernel) = (shape.convolution, shape.kernel)
    guard kernel[2...] == [3, 3], convolution.stride == 1,
      [.all(0), .all(1)].contains(convolution.padding)
    else { return .direct }
    if let algorithm = measured[shape] { return algorithm }
    let (edge, channels) = (min(shape.height, shape.width), min(kernel[0], kernel[1]))
    return rows.first { $0.edge <= edge && $0.channels ~= channels }?.algorithm ?? .direct
  }

  /// The algorithm of the gradient for the weights of a convolution: where the forward pass may
  /// take Winograd's, F(2, 3) or F(4, 3).
  func weightGradient(_ convolution: Convolution, kernel: Shape, image: Shape)
    -> ConvolutionAlgorithm
  {
    let size = kernel.dimensions
    guard size[2...] == [3, 3], convolution.stride == 1, convolution.padding == .all(1) else {
      return .direct
    }
    let (edge, channels) = (min(image.height, image.width), min(size[0], size[1]))
    let row = rows.first { $0.edge <= edge && $0.channels.lowerBound <= channels }
    guard case .winograd(let m) = row?.algorithm else { return .direct }
    return .winograd(min(m, 4))
  }

  /// SHA-256 of the rules, part of every recipe.
  public var hash: String {
    var digest = SHA256()
    for row in rows { digest.update("\(row.edge) \(row.channels) \(row.algorithm.name)\n") }
    for line in measured.map({ "\($0) \($1.name)\n" }).sorted() { digest.update(line) }
    return digest.finish()
  }
}
