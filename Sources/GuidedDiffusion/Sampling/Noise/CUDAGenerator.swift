/// Random numbers of one seed as PyTorch draws them on an NVIDIA GPU (cuRAND's Philox4x32-10).
///
/// Thread t of a launch reads the words of counter (offset / 4, 0, t, 0) under the key (seed, 0);
/// each launch moves the offset on by four words per round of a thread. With G threads in all,
/// normal k of thread t goes to element t + k G. For up to 2048 elements per multiprocessor of
/// the GPU there is a thread per element, so that the layout does not depend on the GPU; published
/// networks need 16384 elements.
///
/// Words, integers and uniforms equal the GPU's. Float normals agree with it to about 1e-6, since
/// logarithm, sine and cosine are our own instead of the GPU's fast ones. The order of `Double`
/// normals follows `curand_normal2_double`; it is derived, not checked against a GPU.
public struct CUDAGenerator: SeedGenerator {
  /// Threads per block of PyTorch's random kernels.
  private static let blockSize = 256

  private let key: SIMD2<UInt32>
  private let threadLimit: Int
  private var offset: UInt64 = 0

  /// Starts the sequence of a seed.
  ///
  /// - Parameters:
  ///   - seed: only its lowest 32 bits count.
  ///   - multiprocessors: of the GPU whose layout is followed; matters for more than
  ///     2048 times as many elements only.
  public init(seed: Int, multiprocessors: Int = 108) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), 0)
    threadLimit = 8 * multiprocessors * Self.blockSize
  }

  /// As many independent standard normals; the count is above 0.
  public mutating func floatNormals(_ count: Int) -> [Float] {
    normals(count, perRound: 4) { words, k in
      let (x, y) = k < 2 ? (words[0], words[1]) : (words[2], words[3])
      // u and v are rounded to Float as on the GPU: near u = 1 the radius depends on it.
      let u = Float(x) * 0x1p-32 + 0x1p-33
      let v = Float(y) * (0x1p-32 * twoPi) + 0x1p-33 * twoPi
      let radius = (-2 * Elementary.log(Double(u))).squareRoot()
      let angle = Elementary.sineAndCosine(Double(v))
      return Float(radius * (k % 2 == 0 ? angle.sine : angle.cosine))
    }
  }

  /// As many independent standard normals; the count is above 0.
  public mutating func doubleNormals(_ count: Int) -> [Double] {
    normals(count, perRound: 2) { words, k in
      let u = Self.fraction53(words[0], words[1])
      let v = 2 * Self.fraction53(words[2], words[3])
      let radius = (-2 * Elementary.log(u)).squareRoot()
      let angle = Elementary.sineAndCosineOfPi(times: v)
      return radius * (k == 0 ? angle.sine : angle.cosine)
    }
  }

  /// An integer from 0 to below `bound`, which is 1 or more.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0 && bound <= UInt32.max, "an integer below \(bound)")
    let word = words(thread: 0, round: 0)[0]
    offset += 4
    return Int(word) % bound
  }

  /// (z + 1/2) / 2^53 of the 53-bit number that cuRAND makes of two words.
  private static func fraction53(_ low: UInt32, _ high: UInt32) -> Double {
    Double(UInt64(low) ^ (UInt64(high) << 21)) * 0x1p-53 + 0x1p-54
  }

  private func words(thread: Int, round: Int) -> SIMD4<UInt32> {
    let position = offset / 4 + UInt64(round)
    return Philox.words(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: position), UInt32(position >> 32),
        UInt32(truncatingIfNeeded: thread), UInt32(thread >> 32)),
      key: key)
  }

  /// One launch; `normal` makes normal k of the four words of a thread's round.
  @inline(__always)
  private mutating func normals<Scalar: FloatingPoint>(
    _ count: Int, perRound: Int, _ normal: (SIMD4<UInt32>, Int) -> Scalar
  ) -> [Scalar] {
    precondition(count > 0, "\(count) normals")
    let blocks = (count + Self.blockSize - 1) / Self.blockSize
    let threads = min(blocks * Self.blockSize, threadLimit)
    let rounds = (count - 1) / (threads * perRound) + 1
    var result = [Scalar](repeating: 0, count: count)
    for round in 0..<rounds {
      for thread in 0..<threads where round * perRound * threads + thread < count {
        let words = words(thread: thread, round: round)
        for k in 0..<perRound {
          let element = (round * perRound + k) * threads + thread
          if element < count { result[element] = normal(words, k) }
        }
      }
    }
    offset += 4 * UInt64(rounds)
    return result
  }
}
