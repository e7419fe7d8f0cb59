/// Weights as rows of a matrix product: `[outputs][tap][input]`, zeros up to whole tiles.
extension Packing {
  /// Products of one sum: taps times the padded channels of the sources.
  private var gpuDepth: Int {
    let depth = taps * inputs(.direct)
    return (depth + GPUTile.depth - 1) / GPUTile.depth * GPUTile.depth
  }

  /// Elements of the packed weights: floats, or halves if the tile has 16 bits.
  func count(_ tile: GPUTile) -> Int {
    (outputs + tile.columns - 1) / tile.columns * tile.columns * gpuDepth
  }

  /// The weights `[Cout, Cin, taps]` with the factors of their sources.
  func packed(_ weights: [Float], for tile: GPUTile) -> [Float] {
    var packed = [Float](repeating: 0, count: count(tile))
    let (channels, inputs, depth) = (sources.reduce(0, +), inputs(.direct), gpuDepth)
    precondition(
      weights.count == outputs * channels * taps,
      "\(weights.count) weights for [\(outputs), \(channels), \(taps)]")
    forEachInput(.direct) { channel, place, scale in
      for o in 0..<outputs {
        let (source, target) = ((o * channels + channel) * taps, o * depth + place)
        for tap in 0..<taps { packed[target + tap * inputs] = weights[source + tap] * scale }
      }
    }
    return packed
  }
}

/// Numbers in 16 bits, as kernels with `HALF` read them.
enum HalfBits {
  /// The nearest halves, ties to even.
  static func encode(_ elements: [Float]) -> [UInt16] { elements.map { Float16($0).bitPattern } }

  /// The numbers.
  static func decode(_ bits: [UInt16]) -> [Float] { bits.map { Float(Float16(bitPattern: $0)) } }
}
