import Dispatch
import Foundation

/// Weights to be normalised, packed and brought to the device.
struct WeightJob: Sendable {
  /// Index among the constants of the lowering.
  let constant: Int

  /// The weights in the graph; those of several layers are packed one below the other, each with
  /// its output channels rounded up to 8.
  let values: [Graph.Value]

  let packing: Packing
  let layout: WeightLayout
}

/// For which kernels weights are packed.
enum WeightLayout {
  case algorithm(ConvolutionAlgorithm)

  /// As rows of a matrix product on a GPU, halves if the tile has 16 bits.
  case tile(GPUTile)
}

extension WeightJob {
  /// Elements of the packed weights.
  fileprivate var count: Int {
    switch layout {
    case .algorithm(let algorithm): packing.count(algorithm)
    case .tile(let tile): packing.count(tile)
    }
  }

  /// Packs the weights and brings them to the device.
  ///
  /// - Returns: how many elements of all are there.
  fileprivate func run(
    _ evaluator: ConstantEvaluator<Float>, _ preparation: Preparation
  ) throws -> Int {
    let elements = try elements(evaluator)
    switch layout {
    case .algorithm(let algorithm):
      return try preparation.upload(packing.packed(elements, for: algorithm), for: constant)
    case .tile(let tile):
      let packed = packing.packed(elements, for: tile)
      return tile.isHalf
        ? try preparation.upload(HalfBits.encode(packed), for: constant)
        : try preparation.upload(packed, for: constant)
    }
  }

  /// The weights of all layers.
  fileprivate func elements(_ evaluator: ConstantEvaluator<Float>) throws -> [Float] {
    if values.count == 1 { return try evaluator.elements(of: values[0]) }
    let inputs = packing.sources.reduce(0, +) * packing.taps
    return try values.flatMap { value in
      let elements = try evaluator.elements(of: value)
      let outputs = PaddedLayout.channels(elements.count / inputs)
      return elements + [Float](repeating: 0, count: outputs * inputs - elements.count)
    }
  }
}

extension Lowering {
  /// Makes all packed weights, on all cores, each straight from the parameters: at any time only
  /// as many tensors lie in host memory as there are cores.
  ///
  /// - Parameter progress: called with the part that is done, 0...1, from several threads.
  /// - Throws: what the parameters or the device report.
  mutating func prepareWeights(progress: (@Sendable (Double) -> Void)?) throws {
    let (jobs, evaluator) = (weightJobs, weights)
    let total = jobs.map(\.count).reduce(0, +)
    let preparation = Preparation(context: context)
    DispatchQueue.concurrentPerform(iterations: jobs.count) { index in
      if preparation.hasFailed { return }
      do {
        let done = try jobs[index].run(evaluator, preparation)
        progress?(Double(done) / Double(max(total, 1)))
      } catch {
        preparation.fail(error)
      }
    }
    for (index, buffer) in try preparation.result() { constants[index] = buffer }
  }
}

/// What the threads of a preparation share: one at a time may use the device, since pocl's first
/// calls are not thread-safe.
private final class Preparation: @unchecked Sendable {
  private let context: Context
  private let lock = NSLock()
  private var buffers: [Int: Buffer] = [:]
  private var done = 0
  private var error: (any Error)?

  init(context: Context) { self.context = context }

  var hasFailed: Bool { lock.withLock { error != nil } }

  /// Keeps the first error.
  func fail(_ failure: any Error) { lock.withLock { error = error ?? failure } }

  /// Brings weights to the device and returns how many elements are there.
  func upload<Element: BitwiseCopyable>(_ packed: [Element], for constant: Int) throws -> Int {
    try lock.withLock {
      buffers[constant] = try Buffer(packed, on: context)
      done += packed.count
      return done
    }
  }

  func result() throws -> [Int: Buffer] {
    try lock.withLock {
      if let error { throw error }
      return buffers
    }
  }
}
