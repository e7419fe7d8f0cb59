extension OpenCLExecutable {
  /// What one launch took.
  public struct LaunchTime: Sendable {
    /// Name of the kernel.
    public let kernel: String

    /// What it computed, for example a convolution's shape and algorithm.
    public let label: String

    /// On the device, without what enqueuing and waiting take.
    public let seconds: Double

    /// Multiply-adds for the whole batch, counted as direct convolution.
    public let multiplyAdds: Int
  }

  /// Enqueues all launches for `batch` images on whatever the inputs hold, and waits.
  public func runOnly(batch: Int) throws(OpenCLError) {
    try enqueue(batch: batch)
    try context.finish()
  }

  /// Runs all launches one after the other, as a pass does, each with the device's own clock.
  ///
  /// - Parameter batch: number of images.
  /// - Returns: one time per launch, in their order.
  /// - Throws: ``OpenCLError``.
  public func profile(batch: Int) throws(OpenCLError) -> [LaunchTime] {
    try LaunchTime.measure(launches, batch: batch, on: context)
  }
}

extension OpenCLExecutable.LaunchTime {
  /// Whether the kernel only brings numbers into another order or next to each other for the
  /// kernel behind it.
  public var isPacking: Bool {
    ["attention_pack", "activate", "copy_channels"].contains(kernel)
      || ["pack_", "gpu_copy", "gpu_activate"].contains { kernel.hasPrefix($0) }
  }

  /// Runs launches one after the other.
  static func measure(
    _ launches: [Launch], batch: Int, on context: Context
  ) throws(OpenCLError) -> [Self] {
    try context.finish()
    let queue = try ProfilingQueue(on: context)
    var events: [Event] = []
    for launch in launches { events.append(try launch.enqueue(batch: batch, on: queue)) }
    try queue.finish()
    var times: [Self] = []
    for (launch, event) in zip(launches, events) {
      times.append(
        Self(
          kernel: launch.name, label: launch.label, seconds: try event.seconds(),
          multiplyAdds: launch.multiplyAdds * batch))
    }
    return times
  }
}

extension OpenCLPlan {
  /// Runs all launches of a guided evaluation one after the other, at the noise level of the last
  /// one: main network, all guides, the fused step.
  ///
  /// - Returns: one time per launch, in their order.
  /// - Throws: ``OpenCLError``.
  public func profile() throws(OpenCLError) -> [OpenCLExecutable.LaunchTime] {
    try OpenCLExecutable.LaunchTime.measure(launches, batch: batch, on: context)
  }
}
