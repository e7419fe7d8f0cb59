extension CPUOperations {
  /// x scaled up where it is kept, else zero.
  func drop(_ x: Value, keys: Value, _ dropout: Dropout) -> [Element] {
    let (channels, scale) = (x.shape.channels, Element(dropout.scale))
    let vectors = (channels + 7) / 8
    return Tiling(images: images, shape: x.shape).map { tile, y in
      let words = keys.elements[keys.range(image: tile.image)].map { UInt32($0) }
      let key = SIMD2(words[0] | words[1] << 16, words[2] | words[3] << 16)
      let source = x.elements.span.extracting(x.range(tile))
      precondition(source.count == y.count)
      for (place, row) in tile.rows.enumerated() {
        for c in stride(from: 0, to: channels, by: 8) {
          let kept = dropout.kept(row * vectors + c / 8, key: key)
          for lane in 0..<min(8, channels - c) {
            let i = place * channels + c + lane
            y[i] = kept[lane] ? source[i] * scale : 0
          }
        }
      }
    }
  }
}

extension Dropout {
  /// Which of eight neighbouring channels are kept.
  ///
  /// - Parameters:
  ///   - vector: number of the eight channels within the image.
  ///   - key: the image's 64 bits.
  /// - Returns: true for each channel that stays.
  func kept(_ vector: Int, key: SIMD2<UInt32>) -> SIMDMask<SIMD8<Int32>> {
    let words = Philox.words(
      counter: SIMD4(UInt32(truncatingIfNeeded: vector), 0, UInt32(stream), 0), key: key)
    let (low, high) = (words & 0xffff, words &>> 16)
    let numbers = SIMD8(low[0], high[0], low[1], high[1], low[2], high[2], low[3], high[3])
    return SIMD8<Int32>(truncatingIfNeeded: numbers) .>= Int32(threshold)
  }
}
