/// Puts convolution weights into the order in which the kernels read them.
///
/// Input channels are padded per source (a convolution may read two): to what activations have in
/// memory, or to 16 for Winograd's; output channels to whole panels of 16; both with zeros.
struct Packing: Hashable, Sendable {
  /// Channels of each source.
  let sources: [Int]

  /// Factor of each source.
  let scales: [Double]

  /// Output channels.
  let outputs: Int

  /// Taps of the kernel.
  let taps: Int

  /// Input channels with the padding of each source.
  func inputs(_ algorithm: ConvolutionAlgorithm) -> Int {
    sources.map { padded($0, algorithm) }.reduce(0, +)
  }

  private func padded(_ channels: Int, _ algorithm: ConvolutionAlgorithm) -> Int {
    algorithm == .direct ? PaddedLayout.channels(channels) : (channels + 15) / 16 * 16
  }

  /// Panels of 16 output channels.
  var panels: Int { (outputs + 15) / 16 }

  /// Elements of the packed weights.
  func count(_ algorithm: ConvolutionAlgorithm) -> Int {
    switch algorithm {
    case .direct: panels * taps * inputs(algorithm) * 16
    case .winograd(let m): (m + 2) * (m + 2) * panels * inputs(algorithm) * 16
    }
  }

  /// The weights `[Cout, Cin, taps]` as an algorithm reads them.
  func packed(_ weights: [Float], for algorithm: ConvolutionAlgorithm) -> [Float] {
    switch algorithm {
    case .direct: direct(weights)
    case .winograd(let m): winograd(weights, m: m)
    }
  }

  /// Calls `body` with the input channel, its place among the padded ones, and its factor.
  func forEachInput(
    _ algorithm: ConvolutionAlgorithm,
    _ body: (_ channel: Int, _ place: Int, _ scale: Float) -> Void
  ) {
    var (channel, start) = (0, 0)
    for (width, scale) in zip(sources, scales) {
      for c in 0..<width { body(channel + c, start + c, Float(scale)) }
      channel += width
      start += padded(width, algorithm)
    }
  }

  /// `[Cout, Cin, taps]` to `[panel][tap][input][16]`.
  private func direct(_ weights: [Float]) -> [Float] {
    var packed = [Float](repeating: 0, count: count(.direct))
    let (channels, inputs) = (sources.reduce(0, +), inputs(.direct))
    forEachInput(.direct) { channel, place, scale in
      for o in 0..<outputs {
        let panel = (o / 16 * taps * inputs + place) * 16 + o % 16
        let source = (o * channels + channel) * taps
        for tap in 0..<taps { packed[panel + tap * inputs * 16] = weights[source + tap] * scale }
      }
    }
    return packed
  }

  /// `[Cout, Cin, 3, 3]` to `[ξ][panel][input][16]`: U = G w Gᵀ.
  private func winograd(_ weights: [Float], m: Int) -> [Float] {
    let (g, edge) = (Winograd.weightTransform(m), m + 2)
    let inputs = inputs(.winograd(m))
    let plane = panels * inputs * 16
    var packed = [Float](repeating: 0, count: count(.winograd(m)))
    let channels = sources.reduce(0, +)
    var half = [Double](repeating: 0, count: edge * 3)
    forEachInput(.winograd(m)) { channel, place, scale in
      for o in 0..<outputs {
        let source = (o * channels + channel) * 9
        for i in 0..<edge {
          for l in 0..<3 {
            half[i * 3 + l] =
              g[i * 3] * Double(weights[source + l])
              + g[i * 3 + 1] * Double(weights[source + 3 + l])
              + g[i * 3 + 2] * Double(weights[source + 6 + l])
          }
        }
        let target = (o / 16 * inputs + place) * 16 + o % 16
        for i in 0..<edge {
          for j in 0..<edge {
            let u =
              half[i * 3] * g[j * 3] + half[i * 3 + 1] * g[j * 3 + 1]
              + half[i * 3 + 2] * g[j * 3 + 2]
            packed[target + (i * edge + j) * plane] = Float(u * Double(scale))
          }
        }
      }
    }
    return packed
  }
}

extension Packing {
  /// The packing of a convolution's weights; scales of its sources are folded in unless an
  /// activation stands between.
  init(_ group: Fusion.Group, _ shape: ConvolutionShape, in graph: Graph) {
    self.init(
      sources: group.parts.map { graph.shape($0.value).channels },
      scales: group.parts.map { group.gain == nil ? $0.scale : 1 },
      outputs: shape.kernel[0], taps: shape.kernel[2] * shape.kernel[3])
  }
}

/// The transform of the weights in Winograd's F(m x m, 3x3).
enum Winograd {
  /// G, `[m + 2, 3]`: the row of a point p is (1, p, p²) times a factor that the transforms in
  /// `winograd.cl` expect; the last row is the point at infinity.
  static func weightTransform(_ m: Int) -> [Double] {
    let rows: [(point: Double, factor: Double)]
    switch m {
    case 2: rows = [(0, 1), (1, 1 / 2), (-1, 1 / 2)]
    case 4: rows = [(0, 1 / 4), (1, -1 / 6), (-1, -1 / 6), (2, 1 / 24), (-2, 1 / 24)]
    case 6:
      rows = [
        (0, 1), (1, -2 / 9), (-1, -2 / 9), (2, 1 / 90), (-2, 1 / 90), (1 / 2, 1 / 45),
        (-1 / 2, 1 / 45),
      ]
    default: preconditionFailure("F(\(m), 3) is not there")
    }
    return rows.flatMap { [$0.factor, $0.factor * $0.point, $0.factor * $0.point * $0.point] }
      + [0, 0, 1]
  }
}
