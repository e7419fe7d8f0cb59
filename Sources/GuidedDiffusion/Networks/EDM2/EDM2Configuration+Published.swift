extension EDM2Configuration {
  /// Base width of each published size: channels per level are 1, 2, 3 and 4 times this.
  private static let widths: [String: Int] = [
    "xs": 128, "s": 192, "m": 256, "l": 320, "xl": 384, "xxl": 448,
  ]

  /// The configuration of a network by its published name (EDM2 Table 2).
  ///
  /// - Parameter name: `edm2-img512-xs` to `edm2-img512-xxl` (64 x 64 x 4 latents) or
  ///   `edm2-img64-xs` to `edm2-img64-xxl` (64 x 64 RGB), 1000 classes; with `-uncond` none.
  ///   What follows, as in names of files (`-2147483-0.135`), is ignored.
  /// - Returns: nil for any other name.
  public static func published(_ name: String) -> EDM2Configuration? {
    let parts = name.split(separator: "-").map(String.init)
    guard parts.count >= 3, parts[0] == "edm2", ["img512", "img64"].contains(parts[1]),
      let width = widths[parts[2]]
    else { return nil }
    let isUnconditional = parts.count > 3 && parts[3] == "uncond"
    return EDM2Configuration(
      imageResolution: 64, imageChannels: parts[1] == "img512" ? 4 : 3,
      labelCount: isUnconditional ? 0 : 1000, levelChannels: [1, 2, 3, 4].map { $0 * width },
      noiseChannels: width, embeddingChannels: 4 * width,
      dropout: ["xs", "s"].contains(parts[2]) ? 0 : 0.1)
  }
}
