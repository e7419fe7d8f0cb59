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

  /// Runs launch by launch, waiting for each.
  ///
  /// - Parameter batch: number of images.
  /// - Returns: one time per launch, in their order.
  /// - Throws: ``OpenCLError``.
  public func profile(batch: Int) throws(OpenCLError) -> [LaunchTime] {
    try context.finish()
    let queue = try ProfilingQueue(on: context)
    var times: [LaunchTime] = []
    for launch in launches {
      times.append(
        LaunchTime(
          kernel: launch.name, label: launch.label,
          seconds: try launch.seconds(batch: batch, on: queue),
          multiplyAdds: launch.multiplyAdds * batch))
    }
    return times
  }
}
