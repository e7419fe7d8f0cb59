/// Compiles one half of a ``VAE`` for images of several sizes.
final class HalfCompiler {
  /// A compiled graph and how many images it takes at once.
  struct Program {
    let graph: CompiledGraph
    let capacity: Int
  }

  private let vae: VAE
  private let context: Context?
  private let table: AlgorithmTable
  private let batch: Int
  private var last: (size: [Int], program: Program)?

  init(_ vae: VAE, device: ComputeDevice, table: AlgorithmTable, batch: Int) throws {
    self.vae = vae
    self.table = table
    self.batch = batch
    context = try device.makeContext()
  }

  /// The program for images of one size; that of the size before is given back.
  func program(
    _ height: Int, _ width: Int, output: String, graph: () -> Graph
  ) throws -> Program {
    if let last, last.size == [height, width] { return last.program }
    last = nil
    let graph = graph()
    let bytes = 4 * graph.peakElements(for: [output])
    let capacity = max(1, min(batch, Self.memory / max(bytes, 1)))
    // The budget for weights belongs to the networks that draw; the bits of a picture must not
    // depend on it.
    let options = OpenCLOptions(table: table, weightBudget: .max)
    let program = Program(
      graph: try CompiledGraph(
        graph, parameters: vae.parameters, outputs: [output], capacity: capacity,
        options: options, on: context),
      capacity: capacity)
    last = ([height, width], program)
    return program
  }

  /// Bytes of activations up to which several images are computed at once.
  private static var memory: Int { 1 << 29 }
}
