import GuidedDiffusion

extension GPUConvolutionCase {
  /// Sizes below, at and above the tiles, in rows, columns and depth; borders, strides, two sources.
  private static let shapes: [(GPUConvolutionTrial, batch: Int)] = [
    // Linear layers of one row per image.
    shape([5], 7, batch: 1), shape([17], 65, batch: 5), shape([40], 64, batch: 17),
    // Convolutions with small tiles.
    shape([3], 5, edges: (1, 2), kernel: 3, padding: 1, batch: 2),
    shape([8], 64, edges: (8, 8), kernel: 1, batch: 1),
    shape([9, 23], 72, edges: (7, 9), kernel: 3, padding: 1, batch: 3),
    shape([16], 8, edges: (9, 7), kernel: 4, stride: 3, padding: 2, batch: 1),
    shape([8, 8], 24, edges: (6, 6), kernel: 2, stride: 2, batch: 2),
    shape([7], 3, edges: (5, 3), kernel: 5, padding: 2, batch: 1),
    // Large tiles of 64, 96 and 128 columns.
    shape([11], 40, edges: (16, 16), kernel: 3, padding: 1, batch: 1),
    shape([24, 5], 90, edges: (16, 17), kernel: 1, batch: 2),
    shape([13], 130, edges: (17, 16), batch: 1),
  ]

  private static func shape(
    _ sources: [Int], _ outputs: Int, edges: (Int, Int) = (1, 1), kernel: Int = 1,
    stride: Int = 1, padding: Int = 0, batch: Int
  ) -> (GPUConvolutionTrial, batch: Int) {
    var trial = GPUConvolutionTrial(sources: sources, outputs: outputs)
    (trial.height, trial.width) = edges
    (trial.kernel, trial.stride, trial.padding) = (kernel, stride, padding)
    return (trial, batch)
  }

  /// Epilogues, at a size below and one above a tile.
  private static func epilogues(_ steps: [Int]) -> [(GPUConvolutionTrial, batch: Int)] {
    steps.map { steps in
      var (trial, batch) = shape(
        [6], 70, edges: (3, steps % 2 == 0 ? 7 : 24), kernel: 3, padding: 1, batch: 2)
      trial.steps = steps
      return (trial, batch)
    }
  }

  /// Those for the simulator, which needs half a minute for each large tile of the emulation.
  public static var simulated: [GPUConvolutionCase] {
    all.filter { $0.trial.engine != .emulation }
      + all.filter { $0.trial.engine == .emulation && $0.trial.outputs <= 8 }
  }

  /// The portable engine with both kinds of numbers, and the emulation of NVIDIA's.
  public static let all: [GPUConvolutionCase] =
    cases(.portable, isHalf: false, epilogues: [15, 80])
    // Every combination that networks have.
    + cases(.portable, isHalf: true, epilogues: Array(1..<16) + [16, 32, 48, 64, 80, 20])
    + cases(.emulation, isHalf: true, epilogues: [15, 80])

  /// A matrix engine, on a device that has it; none for the portable one.
  public static func matrixEngine(_ engine: GPUEngine) -> [GPUConvolutionCase] {
    engine == .portable ? [] : cases(engine, isHalf: true, epilogues: [15, 80])
  }

  private static func cases(
    _ engine: GPUEngine, isHalf: Bool, epilogues steps: [Int]
  ) -> [GPUConvolutionCase] {
    (shapes + epilogues(steps)).map { trial, batch in
      var trial = trial
      (trial.engine, trial.isHalf) = (engine, isHalf)
      return GPUConvolutionCase(trial, batch: batch)
    }
  }
}
