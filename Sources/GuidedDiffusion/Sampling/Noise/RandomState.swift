/// NumPy's legacy generator `numpy.random.RandomState`: MT19937 with the polar method.
///
/// Integers, shuffles and uniforms equal NumPy's; normals do unless its logarithm is not rounded
/// correctly.
public struct RandomState: Sendable {
  private var engine: MersenneTwister
  private var spare: Double?

  /// Starts the sequence of a seed.
  public init(seed: UInt32) {
    engine = MersenneTwister(seed: seed)
  }

  /// The next of `rand`: uniform on [0, 1) with 53 bits.
  public mutating func uniform() -> Double {
    let high = Double(engine.next() >> 5)
    let low = Double(engine.next() >> 6)
    return (high * 0x1p26 + low) * 0x1p-53
  }

  /// The next of `randn`: a standard normal by Marsaglia's polar method.
  public mutating func normal() -> Double {
    if let normal = spare {
      spare = nil
      return normal
    }
    while true {
      let x = 2 * uniform() - 1
      let y = 2 * uniform() - 1
      let square = x * x + y * y
      if square < 1 && square != 0 {
        let factor = (-2 * Elementary.log(square) / square).squareRoot()
        spare = factor * x
        return factor * y
      }
    }
  }

  /// Shuffles in place as `shuffle` does a sequence: for i from the end, a swap with j <= i.
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for index in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(index, Int(integer(through: UInt32(index))))
    }
  }

  /// Uniform on 0...bound by masking and rejection.
  private mutating func integer(through bound: UInt32) -> UInt32 {
    let mask = UInt32.max >> bound.leadingZeroBitCount
    while true {
      let value = engine.next() & mask
      if value <= bound { return value }
    }
  }
}
