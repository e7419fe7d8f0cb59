/// The register tiles of the kernels that multiply matrices: `rows` rows of 16 columns.
///
/// Sums run in one order whatever the tile, so that bits do not depend on it.
struct RegisterTile {
  /// `ROWS` in the kernels.
  let rows: Int

  private let name: String
  private let hasPrefetch: Bool

  /// Of the direct weight gradient: input channels for rows; `TILE_ROWS` in the kernels.
  static func weightGradient(on device: OpenCLDevice) -> RegisterTile {
    RegisterTile("TILE_ROWS", device.floatsPerRegister >= 16 ? 16 : 4, device)
  }

  private init(_ name: String, _ rows: Int, _ device: OpenCLDevice) {
    self.name = name
    self.rows = rows
    hasPrefetch = device.floatsPerRegister > 1
  }

  /// For one algorithm on one device.
  init(_ algorithm: ConvolutionAlgorithm, on device: OpenCLDevice) {
    self.init("ROWS", Self.rows(algorithm, on: device), device)
  }

  private static func rows(_ algorithm: ConvolutionAlgorithm, on device: OpenCLDevice) -> Int {
    // 12 of 16 registers of 8 floats hold the tile.
    if device.floatsPerRegister < 16 { return 6 }
    return switch algorithm {
    // A pointer per row has to be in a register, too.
    case .direct: 8
    // An image of 64 x 64 has 11 x 11 tiles.
    case .winograd(6): 11
    // The tiles of two images of 16 x 16 (m = 4) or 8 x 8 (m = 2) fill two.
    case .winograd: 16
    }
  }

  /// The macros for the kernels.
  var options: String { "-D\(name)=\(rows)" + (hasPrefetch ? " -DHAS_PREFETCH" : "") }

  /// Number of tiles for `count` rows.
  func tiles(_ count: Int) -> Int { (count + rows - 1) / rows }
}
