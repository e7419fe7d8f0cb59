import ArgumentParser
import GuidedDiffusion

/// Which device computes.
struct DeviceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Device by number or name (see 'autoguide devices'), or 'fallback'.",
      valueName: "number|name"))
  var device: String?

  /// The device asked for, or the best; one line says so if only the fallback is left.
  func choose() throws -> ComputeDevice {
    // The fallback must work where OpenCL itself is broken.
    if device == "fallback" { return .fallback }
    let choice = try ComputeDevice.choose(device)
    if let warning = choice.warning { Diagnostics.warn(warning) }
    return choice.device
  }
}

extension ComputeDevice {
  /// The device's name, as a recipe has it.
  var name: String {
    switch self {
    case .openCL(let device): device.name
    case .fallback: "fallback"
    }
  }
}
