import GuidedDiffusion

/// One small computation that a kernel is checked with: on the device, and by the Double backend.
///
/// The same cases serve the regression tests, where they run on every OpenCL device, and the
/// `conformance` program, which runs them under a simulator that checks every memory access.
public struct KernelCase: Sendable, CustomStringConvertible {
  /// What is computed, with its sizes: unique among all cases.
  public let name: String

  /// Largest error over the result's root mean square.
  public let tolerance: Double

  /// Number of images; the device code is compiled for one more.
  public let batch: Int

  let graph: Graph
  let table: AlgorithmTable

  /// Whether launches over rows become one; nil for where that is fast.
  var joinsRows: Bool?

  /// Which kernels compute it, and how they store numbers.
  private(set) var kernels = KernelClass.cpu
  private(set) var precision = Precision.single

  /// The tolerance where numbers are stored as halves: a few roundings of 2^-11, of numbers that
  /// may be larger than the result.
  private(set) var halfTolerance = 4e-3

  /// Bytes for transformed tiles; nil for as many as usual.
  var workspace: Int?

  /// The case of the value that `build` returns; every 3x3 convolution by `algorithm`.
  init(
    _ name: String, batch: Int, tolerance: Double = 2e-5,
    algorithm: ConvolutionAlgorithm = .direct, _ build: (inout Graph) -> Graph.Value
  ) {
    var graph = Graph()
    let result = build(&graph)
    graph.name(result, "result")
    self.name = "\(name) b\(batch)"
    self.tolerance = tolerance
    self.batch = batch
    self.graph = graph
    table = .forced(algorithm)
  }

  /// Another case under a name of its own.
  init(_ name: String, _ other: KernelCase, tolerance: Double? = nil) {
    self.name = name
    self.tolerance = tolerance ?? other.tolerance
    batch = other.batch
    graph = other.graph
    table = other.table
  }

  /// The same case on the kernels for GPUs: to a few roundings of what is stored.
  init(_ other: KernelCase, onGPU precision: Precision) {
    let name = "gpu \(precision.rawValue) \(other.name)"
    self.init(
      name, other, tolerance: precision == .half ? other.halfTolerance : other.tolerance)
    (kernels, self.precision) = (.gpu, precision)
  }

  /// The same case with another tolerance in halves.
  func inHalves(_ tolerance: Double) -> KernelCase {
    var item = self
    item.halfTolerance = tolerance
    return item
  }

  /// The name.
  public var description: String { name }

  /// Computes the case on a device and in Double.
  ///
  /// - Parameter context: the device.
  /// - Returns: largest absolute difference over the root mean square of the Double result; NaN
  ///   or infinite results give infinity.
  /// - Throws: what the device reports.
  public func error(on context: Context) throws -> Double {
    // Rounding what is given is no error of a kernel.
    let parameters = CaseParameters(seed: 1, isHalf: precision == .half)
    let inputs = Dictionary(
      uniqueKeysWithValues: graph.inputs.map { name, shape in
        let axes = shape.isBatched ? [batch] : []
        let elements: [Double] = parameters.normals(
          name, count: shape.count * (axes.first ?? 1))
        return (name, Tensor(shape: axes + shape.dimensions, elements: elements))
      })
    let oracle = try CPUExecutable<Double>(
      compiling: graph, parameters: parameters, outputs: ["result"])
    var options = OpenCLOptions(table: table, kernels: kernels, precision: precision)
    options.workspace = workspace ?? options.workspace
    options.joinsRows = joinsRows
    let executable = try OpenCLExecutable(
      compiling: graph, parameters: parameters, outputs: ["result"], capacity: batch + 1,
      options: options, on: context, isolated: true)
    let actual = try executable.run(
      inputs.mapValues { Tensor(shape: $0.shape, elements: $0.elements.map { Float($0) }) })
    guard let actual = actual["result"], let expected = oracle.run(inputs)["result"],
      actual.shape == expected.shape
    else { return .infinity }
    return relativeError(actual.elements, expected.elements)
  }
}

/// Largest absolute difference over the root mean square of `expected`; infinite if not a number.
func relativeError(_ actual: [some BinaryFloatingPoint], _ expected: [Double]) -> Double {
  let square = expected.map { $0 * $0 }.reduce(0, +) / Double(expected.count)
  var largest = 0.0
  for (a, b) in zip(actual, expected) {
    let error = abs(Double(a) - b)
    if !(error <= largest) { largest = error.isNaN ? .infinity : error }
  }
  return largest / square.squareRoot()
}

/// Normal numbers, rounded to Float or to halves, by name and seed.
struct CaseParameters: ParameterSource {
  let seed: UInt64
  var isHalf = false

  func elements<Element: BinaryFloatingPoint>(
    of name: String, shape: Shape, as type: Element.Type
  ) -> [Element] { normals(name, count: shape.count) }

  /// Sums of four uniforms: near enough to normal, and cheap.
  func normals<Element: BinaryFloatingPoint>(_ name: String, count: Int) -> [Element] {
    var state = name.utf8.reduce(0xCBF2_9CE4_8422_2325 ^ seed) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / 16_777_216 - 0.5
    }
    return (0..<count).map { _ in
      let number = Float((uniform() + uniform() + uniform() + uniform()) * 1.7320508)
      return Element(isHalf ? Float(Float16(number)) : number)
    }
  }
}
