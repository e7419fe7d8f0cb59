/// The generator MT19937 (Matsumoto and Nishimura, 1998), the engine of PyTorch's CPU generator
/// and of NumPy's `RandomState`.
struct MersenneTwister: Sendable {
  private static let length = 624
  private static let middle = 397

  private var state: [UInt32]
  private var position = Self.length

  /// Starts the sequence of a 32-bit seed.
  init(seed: UInt32) {
    state = [seed]
    state.reserveCapacity(Self.length)
    for index in 1..<UInt32(Self.length) {
      let last = state[state.count - 1]
      state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ index)
    }
  }

  /// The next 32 bits.
  mutating func next() -> UInt32 {
    if position == Self.length {
      advance()
      position = 0
    }
    var word = state[position]
    position += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9d2c_5680
    word ^= (word << 15) & 0xefc6_0000
    return word ^ (word >> 18)
  }

  /// Replaces all words by the next ones of the recurrence.
  private mutating func advance() {
    for index in 0..<Self.length {
      let following = state[(index + 1) % Self.length]
      let joined = (state[index] & 0x8000_0000) | (following & 0x7fff_ffff)
      let twisted = (joined >> 1) ^ (joined & 1 == 0 ? 0 : 0x9908_b0df)
      state[index] = state[(index + Self.middle) % Self.length] ^ twisted
    }
  }
}
