/// Compiles one half of a ``VAE`` for images of several sizes.
final class HalfCompiler {
  /// A compiled graph and how many images it takes at once.
  struct Program {
    let graph: CompiledGraph
    let capacity: Int
    let output: String

    /// Computes images in parts of at most `capacity`.
    ///
    /// - Parameters:
    ///   - input: name of the graph's input.
    ///   - elements: of any number of images.
    ///   - shape: of one image.
    ///   - float: an element as the graph takes it.
    ///   - body: takes the results of each part, and the number of its images.
    /// - Throws: ``OpenCLError``, `CancellationError` between two parts.
    func run<Element>(
      _ input: String, _ elements: [Element], shape: [Int], as float: (Element) -> Float,
      _ body: ([Float], _ count: Int) -> Void
    ) throws {
      let size = shape.reduce(1, *)
      precondition(
        size > 0 && elements.count % size == 0, "\(elements.count) elements for images of \(shape)")
      for start in stride(from: 0, to: elements.count, by: capacity * size) {
        try Task.checkCancellation()
        let part = elements[start..<min(start + capacity * size, elements.count)]
        let count = part.count / size
        let tensor = Tensor(shape: [count] + shape, elements: part.map(float))
        body(try graph([input: tensor])[output]?.elements ?? [], count)
      }
    }
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
      capacity: capacity, output: output)
    last = ([height, width], program)
    return program
  }

  /// Bytes of activations up to which several images are computed at once.
  private static var memory: Int { 1 << 29 }
}
