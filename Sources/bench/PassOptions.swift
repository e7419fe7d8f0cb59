import ArgumentParser
import GuidedDiffusion

/// How passes of one network are timed.
struct PassOptions: ParsableArguments {
  @Flag(help: "Print time and share of each kind of launch.")
  var profile = false

  @OptionGroup var driver: InteractiveOption
  @OptionGroup var device: DeviceOptions

  /// Refuses several batch sizes where another program drives this one.
  func check(_ batch: BatchSizes) throws {
    if driver.interactive && batch.sizes.count > 1 {
      throw ValidationError("--interactive takes one batch size")
    }
  }

  /// Times a subject that runs an executable, or serves requests for it.
  func measure(_ subject: Subject, _ executable: OpenCLExecutable, on context: Context) async throws
  {
    if driver.interactive {
      return try await Interactive(subject: subject, context: context).serve()
    }
    let measurement = try await device.report(subject, on: context)
    guard profile else { return }
    try executable.showProfile(
      batch: subject.batch, peak: measurement.peak, whole: measurement.median)
  }
}
