/// The magnitude-preserving layers of EDM2 (arXiv 2312.02696, config G): unit magnitude in, unit
/// magnitude out.
extension Graph {
  /// Convolution with normalised weights (EDM2 eq. 47 and 66), without bias:
  /// y = x ∗ normalize(W) gain / sqrt(Cin kernel²).
  ///
  /// - Parameters:
  ///   - x: `[N, H, W, Cin]`.
  ///   - name: of the layer; W is the parameter `name.weight`, `[Cout, Cin, kernel, kernel]`.
  ///   - channels: Cout.
  ///   - kernel: edge length in pixels, odd.
  ///   - gain: a scalar `[]`; nil means 1.
  ///   - rows: the row of W that each output channel uses; nil means its own.
  /// - Returns: `[N, H, W, Cout]`.
  mutating func mpConv(
    _ x: Value, _ name: String, channels: Int, kernel: Int, gain: Value? = nil,
    rows: [Int]? = nil
  ) -> Value {
    precondition(kernel % 2 == 1, "kernel of even edge \(kernel)")
    let fanIn = shape(x).channels * kernel * kernel
    let stored = parameter(name + ".weight", channels, shape(x).channels, kernel, kernel)
    let weights = mpWeights(stored, fanIn: fanIn, gain: gain, rows: rows)
    return convolution(x, weights, padding: .all(kernel / 2))
  }

  /// Linear layer with normalised weights (EDM2 eq. 47 and 66), without bias:
  /// y = x normalize(W)ᵀ gain / sqrt(Cin).
  ///
  /// - Parameters:
  ///   - x: `[N, Cin]`.
  ///   - name: of the layer; W is the parameter `name.weight`, `[Cout, Cin]`.
  ///   - channels: Cout.
  ///   - gain: a scalar `[]`; nil means 1.
  /// - Returns: `[N, Cout]`.
  mutating func mpLinear(
    _ x: Value, _ name: String, channels: Int, gain: Value? = nil
  ) -> Value {
    let fanIn = shape(x).channels
    let stored = parameter(name + ".weight", channels, fanIn)
    return linear(x, mpWeights(stored, fanIn: fanIn, gain: gain, rows: nil))
  }

  /// normalize(W) gain / sqrt(fan-in), the norm over everything but the first axis.
  private mutating func mpWeights(
    _ stored: Value, fanIn: Int, gain: Value?, rows: [Int]?
  ) -> Value {
    var weights = normalize(stored, .allButFirst)
    if let rows { weights = gather(weights, rows) }
    weights = scale(weights, by: 1 / Double(fanIn).squareRoot())
    return gain.map { binary(.multiply, weights, $0) } ?? weights
  }

  /// silu(x) / 0.596 (EDM2 eq. 81).
  mutating func mpSilu(_ x: Value) -> Value {
    scale(unary(.silu, x), by: 1 / 0.596)
  }

  /// Sum of two branches (EDM2 eq. 88): ((1 - t) a + t b) / sqrt((1 - t)² + t²).
  mutating func mpSum(_ a: Value, _ b: Value, balance t: Double) -> Value {
    let norm = ((1 - t) * (1 - t) + t * t).squareRoot()
    return combine([(a, (1 - t) / norm), (b, t / norm)])
  }

  /// Concatenation of two branches along the channels (EDM2 eq. 103):
  /// [a c (1 - t) / sqrt(Na), b c t / sqrt(Nb)] with c = sqrt((Na + Nb) / ((1 - t)² + t²)).
  mutating func mpCat(_ a: Value, _ b: Value, balance t: Double) -> Value {
    let (na, nb) = (Double(shape(a).channels), Double(shape(b).channels))
    let c = ((na + nb) / ((1 - t) * (1 - t) + t * t)).squareRoot()
    return concatenate([
      scale(a, by: c * (1 - t) / na.squareRoot()),
      scale(b, by: c * t / nb.squareRoot()),
    ])
  }

  /// Fourier features of a number per image (EDM2 eq. 75): sqrt(2) cos(x freqs + phases).
  ///
  /// - Parameters:
  ///   - x: `[N, 1]`.
  ///   - name: of the layer; `name.freqs` and `name.phases`, `[channels]`, hold 2π times
  ///     frequency and phase.
  ///   - channels: number of features.
  /// - Returns: `[N, channels]`.
  mutating func mpFourier(_ x: Value, _ name: String, channels: Int) -> Value {
    let frequencies = reshape(parameter(name + ".freqs", channels), .fixed(channels, 1))
    let phases = parameter(name + ".phases", channels)
    let angles = binary(.add, linear(x, frequencies), phases)
    return scale(unary(.cosine, angles), by: 2.0.squareRoot())
  }
}
