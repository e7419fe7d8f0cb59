/// An option of a network that makes no sense.
public struct EDM2ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Which option, and what is wrong with it.
  public let reason: String

  /// The reason.
  public var description: String { reason }
}

extension EDM2Configuration {
  /// Checks that the options describe a network, so that ``graph()`` can be called.
  ///
  /// - Throws: ``EDM2ConfigurationError`` that names the first option that makes no sense.
  public func validate() throws(EDM2ConfigurationError) {
    func check(_ condition: Bool, _ reason: @autoclosure () -> String)
      throws(EDM2ConfigurationError)
    {
      guard condition else { throw EDM2ConfigurationError(reason: reason()) }
    }
    // Generous limits: beyond them sizes of buffers could overflow.
    let widths = 1...65536
    let levels = levelChannels.count
    try check(
      1...16 ~= levels && levelChannels.allSatisfy(widths.contains),
      "\(levels) levels of \(levelChannels) channels")
    try check(
      widths ~= imageResolution && imageResolution % (1 << (levels - 1)) == 0,
      "images of \(imageResolution) pixels in \(levels) levels")
    try check(1...1024 ~= imageChannels, "images of \(imageChannels) channels")
    try check(0...10_000_000 ~= labelCount, "\(labelCount) classes")
    for (name, width) in [
      ("noise", noiseChannels), ("embedding", embeddingChannels), ("logvar", logvarChannels),
    ] {
      try check(widths ~= width, "\(width) channels of the \(name)")
    }
    try check(1...64 ~= blocksPerLevel, "\(blocksPerLevel) blocks per level")
    try check(
      attentionResolutions.count <= 16 && attentionResolutions.allSatisfy(widths.contains),
      "attention at \(attentionResolutions)")
    try check(channelsPerHead >= 1, "\(channelsPerHead) channels per attention head")
    for channels in levelChannels where channels >= channelsPerHead {
      let heads = channels / channelsPerHead
      try check(channels % heads == 0, "\(channels) channels for \(heads) attention heads")
    }
    let sum = resampleFilter.reduce(0, +)
    try check(
      !resampleFilter.isEmpty && resampleFilter.count % 2 == 0 && resampleFilter.count <= 64
        && sum.isFinite && sum != 0, "a resampling filter of \(resampleFilter)")
    for (name, balance) in [
      ("label", labelBalance), ("concat", concatBalance), ("residual", residualBalance),
      ("attention", attentionBalance),
    ] {
      try check(0...1 ~= balance, "a \(name) balance of \(balance)")
    }
    try check(sigmaData > 0 && sigmaData.isFinite, "a sigma_data of \(sigmaData)")
    try check(activationClip.map { $0 > 0 && $0.isFinite } ?? true, "activations clipped to ±0")
    try check(0..<1 ~= dropout, "a dropout of \(dropout)")
  }
}
