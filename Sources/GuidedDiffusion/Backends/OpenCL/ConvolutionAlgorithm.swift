/// How a convolution is computed.
public enum ConvolutionAlgorithm: Hashable, Codable, Sendable {
  /// Sum over the taps of the kernel.
  case direct

  /// Winograd's F(m x m, 3x3) with m = 2, 4 or 6, for 3x3 kernels of stride 1 and padding 1 or 0.
  case winograd(Int)

  /// All there are.
  static let all: [ConvolutionAlgorithm] = [.direct, .winograd(2), .winograd(4), .winograd(6)]

  /// `direct`, `winograd-4`.
  public var name: String {
    switch self {
    case .direct: "direct"
    case .winograd(let m): "winograd-\(m)"
    }
  }
}

/// How far a convolution may be from the exact result.
public enum Accuracy: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
  /// Largest error of one convolution up to 2e-4 of the result's rms.
  case standard = "default"

  /// Largest error of one convolution up to 2e-5 of the result's rms.
  case strict

  /// Largest error of one convolution over the root mean square of its result.
  public var bound: Double {
    switch self {
    case .standard: 2e-4
    case .strict: 2e-5
    }
  }
}
