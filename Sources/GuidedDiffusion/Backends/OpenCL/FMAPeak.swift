/// The speed of fused multiply-adds in registers alone: what benchmarks are measured against.
public struct FMAPeak {
  private let launch: Launch
  private let context: Context
  private let operations: Double

  /// Prepares the measurement on a device.
  ///
  /// - Parameter context: the device.
  /// - Throws: ``OpenCLError``.
  public init(on context: Context) throws(OpenCLError) {
    // A few milliseconds per run, in a few items per core.
    let (items, turns) = (4 * context.device.computeUnits, 100_000)
    let out = try Buffer(size: items * 32, on: context)
    launch = try Launch(
      "peak", of: try context.program(.peak),
      [.buffer(out), .int(turns), .float(0.999), .float(0.001)], size: { _ in [items] })
    self.context = context
    operations = 2 * Double(items * turns * 12 * 8)
  }

  /// Runs once.
  ///
  /// - Returns: floating-point operations per second, two for each multiply-add.
  /// - Throws: ``OpenCLError``.
  public func measure() throws -> Double {
    try context.finish()
    let time = try ContinuousClock().measure {
      try launch.enqueue(batch: 1)
      try context.finish()
    }
    return operations / (time / .seconds(1))
  }
}
