/// The tile of a matrix product that one work-group of `gpu_convolution` computes.
///
/// It depends on the shape and the engine, never on the batch, and no sum depends on it.
struct GPUTile: Hashable, Sendable {
  let engine: GPUEngine
  let isHalf: Bool

  /// `TILE_M`, rows: output pixels of the batch.
  let rows: Int

  /// `TILE_N`, columns: output channels.
  let columns: Int

  /// Rows and columns that a work-item of the portable engine, or a warp of another, computes.
  private let part: (rows: Int, columns: Int)

  /// Tiles of the operands in local memory, which has 48 KiB for a group on NVIDIA's devices.
  private static let stages = 3

  /// Sums are padded with zeros to a multiple of this many products.
  static let depth = 32

  /// - Parameters:
  ///   - pixels: rows of the result for one image.
  ///   - outputs: its channels.
  ///   - isHalf: whether activations have 16 bits; only then is an engine but the portable one used.
  ///   - engine: what multiplies.
  init(pixels: Int, outputs: Int, isHalf: Bool, engine: GPUEngine) {
    self.isHalf = isHalf
    self.engine = isHalf ? engine : .portable
    switch self.engine {
    case .portable:
      // Few rows: more groups, which share reading the weights.
      part = (pixels < 64 ? 2 : 8, 8)
      (rows, columns) = (part.rows * 8, 64)
    case .tensorCores, .emulation, .warpgroups:
      // An image of 8 x 8 gives few large tiles.
      (rows, columns) = pixels < 256 ? (64, 64) : (128, Self.columns(outputs))
      part = self.engine == .warpgroups ? (16, columns) : (rows / 2, columns / 2)
    }
  }

  /// The widest tile among those that waste least: 96 divides 192 and 576.
  private static func columns(_ outputs: Int) -> Int {
    let waste = { (columns: Int) in (outputs + columns - 1) / columns * columns }
    return [128, 96, 64].min { waste($0) < waste($1) } ?? 64
  }

  static func == (a: GPUTile, b: GPUTile) -> Bool { a.options == b.options }

  func hash(into hasher: inout Hasher) { hasher.combine(options) }
}

extension GPUTile {
  /// The macros for the kernel as a device's compiler takes them.
  func options(on device: OpenCLDevice) -> String {
    // clang has one word for inline assembly, NVIDIA's compiler another.
    engine == .tensorCores || engine == .warpgroups
      ? "\(options) -DASM=\(device.isNVIDIA ? "asm" : "__asm__")" : options
  }

  private var options: String {
    let tile =
      "-DENGINE=\(engine.rawValue) -DHALF=\(isHalf ? 1 : 0) -DTILE_M=\(rows) -DTILE_N=\(columns)"
    return engine == .portable
      ? "\(tile) -DITEM_M=\(part.rows)"
      : "\(tile) -DWARP_M=\(part.rows) -DWARP_N=\(part.columns) -DSTAGES=\(Self.stages)"
  }

  /// Work-items of a group.
  var local: [Int] {
    let parts = rows / part.rows * (columns / part.columns)
    return [engine == .portable ? parts : 32 * parts]
  }

  /// Work-items for a result of `rows` rows and `outputs` channels.
  func size(rows: Int, outputs: Int) -> [Int] {
    let tiles =
      (rows + self.rows - 1) / self.rows * ((outputs + columns - 1) / columns)
    return [tiles * local[0]]
  }

  /// Every tile that an engine computes with, whatever the shape.
  static func all(_ engine: GPUEngine, isHalf: Bool) -> [GPUTile] {
    [(64, 64), (4096, 128), (4096, 96), (4096, 64), (1, 64)].reduce(into: []) { tiles, shape in
      let tile = GPUTile(pixels: shape.0, outputs: shape.1, isHalf: isHalf, engine: engine)
      if !tiles.contains(tile) { tiles.append(tile) }
    }
  }
}
