/// The register tiles of the kernels that multiply matrices: `rows` rows of 16 columns.
///
/// Sums run in one order whatever the tile, so that bits do not depend on it.
struct RegisterTile {
  /// `ROWS` in the kernels.
  let rows: Int

  private let hasPrefetch: Bool

  /// For one algorithm on one device.
  init(_ algorithm: ConvolutionAlgorithm, on device: OpenCLDevice) {
    hasPrefetch = device.floatsPerRegister > 1
    guard device.floatsPerRegister >= 16 else {
      // 12 of 16 registers of 8 floats hold the tile.
      rows = 6
      return
    }
    switch algorithm {
    // A pointer per row has to be in a register, too.
    case .direct: rows = 8
    // An image of 64 x 64 has 11 x 11 tiles.
    case .winograd(6): rows = 11
    // The tiles of two images of 16 x 16 (m = 4) or 8 x 8 (m = 2) fill two.
    case .winograd: rows = 16
    }
  }

  /// The macros for the kernels.
  var options: String { "-DROWS=\(rows)" + (hasPrefetch ? " -DHAS_PREFETCH" : "") }

  /// Number of tiles for `count` rows.
  func tiles(_ count: Int) -> Int { (count + rows - 1) / rows }
}
