/// How a convolution is computed.
public enum ConvolutionAlgorithm: Hashable, Sendable {
  /// Sum over the taps of the kernel.
  case direct

  /// Winograd's F(m x m, 3x3) with m = 2, 4 or 6, for 3x3 kernels of stride 1 and padding 1.
  case winograd(Int)

  /// `direct`, `winograd-4`.
  public var name: String {
    switch self {
    case .direct: "direct"
    case .winograd(let m): "winograd-\(m)"
    }
  }
}

/// How far a convolution may be from the exact result.
public enum Accuracy: String, CaseIterable, Sendable {
  /// Largest error of one convolution up to 2e-4 of the result's rms.
  case standard = "default"

  /// Largest error of one convolution up to 2e-5 of the result's rms.
  case strict
}

/// Which algorithm serves which convolution, by rules that look at shapes and settings, never at
/// the batch: the bits of an image do not depend on its company.
struct AlgorithmTable: Sendable {
  /// One rule.
  struct Row: Sendable {
    /// Smallest edge of the image in pixels.
    let edge: Int

    /// Fewest input and output channels.
    let channels: Int

    let algorithm: ConvolutionAlgorithm
  }

  /// Rules for 3x3 convolutions of stride 1 and padding 1; the first that fits holds. Everything
  /// else is direct.
  let rows: [Row]

  /// For CPU devices.
  static func cpu(_ accuracy: Accuracy) -> AlgorithmTable {
    switch accuracy {
    case .strict:
      AlgorithmTable(rows: [Row(edge: 6, channels: 32, algorithm: .winograd(2))])
    case .standard:
      AlgorithmTable(rows: [
        Row(edge: 48, channels: 32, algorithm: .winograd(6)),
        Row(edge: 12, channels: 32, algorithm: .winograd(4)),
        Row(edge: 6, channels: 32, algorithm: .winograd(2)),
      ])
    }
  }

  /// One algorithm wherever it is possible, for tests and measurements.
  static func forced(_ algorithm: ConvolutionAlgorithm) -> AlgorithmTable {
    AlgorithmTable(rows: [Row(edge: 1, channels: 1, algorithm: algorithm)])
  }

  /// The algorithm for a convolution of an image with `edge` pixels (the shorter side).
  func algorithm(
    _ convolution: Convolution, kernel: [Int], edge: Int
  ) -> ConvolutionAlgorithm {
    guard kernel[2...] == [3, 3], convolution.stride == 1, convolution.padding == .all(1) else {
      return .direct
    }
    let channels = min(kernel[0], kernel[1])
    return rows.first { $0.edge <= edge && $0.channels <= channels }?.algorithm ?? .direct
  }

  /// SHA-256 of the rules, part of every recipe.
  var hash: String {
    var digest = SHA256()
    for row in rows { digest.update("\(row.edge) \(row.channels) \(row.algorithm.name)\n") }
    return digest.finish()
  }
}
