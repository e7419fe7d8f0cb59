/// Some rows of one image: what one thread computes at a time.
struct Tile: Sendable {
  let image: Int
  let rows: Range<Int>
}

/// Cuts images into tiles and computes them in parallel.
///
/// The cut depends on the shape of one image only, never on the batch or the machine, so that an
/// image's bits do not depend on its company.
struct Tiling: Sendable {
  /// Number of images.
  let images: Int

  /// Rows of one image.
  let rows: Int

  /// Elements of one row of the result.
  let columns: Int

  /// Rows of one tile; the last tile of an image may have fewer.
  let rowsPerTile: Int

  /// Tiles of about 16,000 elements, for operations that compute little per element.
  init(images: Int, shape: Shape) {
    self.init(
      images: images, rows: shape.rows, columns: shape.channels,
      rowsPerTile: max(1, 16_384 / max(shape.channels, 1)))
  }

  init(images: Int, rows: Int, columns: Int, rowsPerTile: Int) {
    self.images = images
    self.rows = rows
    self.columns = columns
    self.rowsPerTile = rowsPerTile
  }

  /// Computes all images, tile by tile.
  ///
  /// - Parameter body: fills its part of the result, every element of it.
  /// - Returns: `[images, rows, columns]`.
  func map<Element: CPUScalar>(
    _ body: @Sendable (Tile, inout MutableSpan<Element>) -> Void
  ) -> [Element] {
    let tilesPerImage = (rows + rowsPerTile - 1) / rowsPerTile
    return parallelFill(
      images * rows * columns, parts: images * tilesPerImage,
      range: { index in
        let tile = tile(index, of: tilesPerImage)
        let start = (tile.image * rows + tile.rows.lowerBound) * columns
        return start..<start + tile.rows.count * columns
      }
    ) { body(tile($0, of: tilesPerImage), &$1) }
  }

  /// The tile of a number.
  private func tile(_ index: Int, of tilesPerImage: Int) -> Tile {
    let (image, position) = index.quotientAndRemainder(dividingBy: tilesPerImage)
    let first = position * rowsPerTile
    return Tile(image: image, rows: first..<min(first + rowsPerTile, rows))
  }
}
