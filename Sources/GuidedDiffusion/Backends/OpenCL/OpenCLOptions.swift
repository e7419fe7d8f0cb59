import Foundation

/// How networks are compiled for an OpenCL device.
public struct OpenCLOptions: Sendable {
  /// Which algorithm serves which convolution.
  public var table: AlgorithmTable

  /// Which kernels compute; nil for those of the device's kind.
  public var kernels: KernelClass?

  /// How activations and weights are stored; nil for half precision where EDM2's networks run on the
  /// kernels for GPUs, and single everywhere else.
  public var precision: Precision?

  /// What multiplies matrices in the kernels for GPUs in half precision; nil for the fastest that
  /// proves right on the device (`EngineChoice`).
  public var engine: GPUEngine?

  /// Bytes that the packed weights of all networks together should not exceed.
  public var weightBudget: Int

  /// Bytes for weights of a training that are kept packed for all parts of a batch; none are if they
  /// take more.
  var preparationBudget = 256 << 20

  /// Bytes for the transformed tiles of one convolution by Winograd's algorithm in three passes:
  /// what needs more is computed in parts, to the same bits.
  package var workspace = 128 << 20

  /// Whether launches over rows become one (see ``Chain``); nil for where that is fast.
  package var joinsRows: Bool?

  /// Called with the part of the weights that is ready, 0...1, from several threads.
  public var progress: (@Sendable (Double) -> Void)?

  /// Options; the budget is 60 % of the available memory if none is given.
  public init(
    table: AlgorithmTable = .cpu(.standard), kernels: KernelClass? = nil,
    precision: Precision? = nil, weightBudget: Int? = nil,
    progress: (@Sendable (Double) -> Void)? = nil
  ) {
    self.table = table
    self.kernels = kernels
    self.precision = precision
    self.weightBudget = weightBudget ?? Self.defaultWeightBudget
    self.progress = progress
  }

  /// The kernels that compute on a device.
  public func kernels(on device: OpenCLDevice) -> KernelClass {
    kernels ?? (device.kind == .gpu ? .gpu : .cpu)
  }

  /// With the kernels and the precision that EDM2's networks have on a device.
  package func resolved(for device: OpenCLDevice) -> OpenCLOptions {
    var options = self
    options.kernels = kernels(on: device)
    options.precision = precision ?? (options.kernels == .gpu ? .half : .single)
    options.engine = options.engine(on: device)
    return options
  }

  /// What multiplies on a device.
  func engine(on device: OpenCLDevice) -> GPUEngine {
    guard precision == .half, kernels(on: device) == .gpu else { return .portable }
    return engine ?? EngineChoice.engine(of: device).engine
  }

  /// Digest of what chooses the algorithms of EDM2's networks on a device, part of every recipe.
  public func algorithms(on device: OpenCLDevice) -> String {
    let options = resolved(for: device)
    guard options.kernels == .gpu, let precision = options.precision, let engine = options.engine
    else { return table.hash }
    var digest = SHA256()
    digest.update("kernels gpu \(precision.rawValue) \(engine)\n\(table.hash)")
    return digest.finish()
  }

  /// 60 % of the memory that the system has available.
  public static var defaultWeightBudget: Int {
    let lines = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8))?.split(
      separator: "\n")
    let available = lines?.first { $0.hasPrefix("MemAvailable:") }?
      .split(separator: " ").dropFirst().first.flatMap { Int($0) }
    let bytes = available.map { $0 * 1024 } ?? Int(ProcessInfo.processInfo.physicalMemory)
    return bytes / 10 * 6
  }
}
