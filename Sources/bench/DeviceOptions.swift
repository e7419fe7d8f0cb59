import ArgumentParser
import GuidedDiffusion

extension Accuracy: ExpressibleByArgument {}

/// Options that every benchmark takes.
struct DeviceOptions: ParsableArguments {
  @Option(help: "Number of an OpenCL device, as `autoguide devices` lists them.")
  var device = 0

  @Option(help: "Bound on the error of one convolution: default or strict.")
  var accuracy = Accuracy.standard

  @Option(help: "Number of runs, of which the median counts.")
  var repeats = 9

  @Flag(help: "Print JSON objects, one a line.")
  var json = false

  func validate() throws {
    if repeats < 1 { throw ValidationError("--repeats is \(repeats): give 1 or more") }
  }

  /// Opens the device.
  func context() throws -> Context { try Context(openCLDevice()) }

  /// The device asked for.
  func openCLDevice() throws -> OpenCLDevice {
    let devices = try OpenCLDevice.all()
    guard devices.indices.contains(device) else {
      throw ValidationError(
        devices.isEmpty
          ? "no OpenCL device is installed: install pocl-opencl-icd"
          : "--device is \(device): give 0 to \(devices.count - 1)")
    }
    return devices[device]
  }

  /// Measures and prints.
  @discardableResult
  func report(_ subject: Subject, on context: Context) async throws -> Measurement {
    let measurement = try await Measurement(of: subject, repeats: repeats, on: context)
    try Report(subject, measurement, on: context.device).show(json: json)
    return measurement
  }
}

/// For commands that another program can drive.
struct InteractiveOption: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Answer each line of standard input: 'run' by the time of one run, 'peak' by the peak.",
      discussion: "So other programs can be timed in turns with this one."))
  var interactive = false
}
