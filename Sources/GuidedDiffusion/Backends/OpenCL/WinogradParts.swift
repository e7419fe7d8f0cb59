/// The parts in which a convolution by Winograd's three passes is computed, so that the transformed
/// tiles of one part fit a work space: large images would need gigabytes.
///
/// Bits do not depend on the parts.
struct WinogradParts {
  /// Tiles of each part; the last one may have fewer.
  let size: Int

  /// The first tile of each part.
  let starts: [Int]

  /// Cuts `tiles` tiles.
  ///
  /// - Parameters:
  ///   - tiles: at the largest batch.
  ///   - bytesPerTile: of a transformed tile and its products.
  ///   - rows: of the register tile, of which a part holds a multiple.
  ///   - workspace: bytes for a part.
  init(tiles: Int, bytesPerTile: Int, rows: Int, workspace: Int) {
    let most = max(1, workspace / (bytesPerTile * rows))  // register tiles
    let rowTiles = (tiles + rows - 1) / rows
    let count = (rowTiles + most - 1) / most
    size = count == 1 ? tiles : (rowTiles + count - 1) / count * rows
    starts = Array(stride(from: 0, to: tiles, by: size))
  }

  /// Whether there is one part.
  var isWhole: Bool { starts.count == 1 }

  /// Tiles to compute of the part from `first` on if there are `tiles` in all; at least one, for a
  /// launch cannot be empty: what it writes belongs to an image that nobody asked for.
  func tiles(from first: Int, of tiles: Int) -> Int { max(1, min(size, tiles - first)) }
}
