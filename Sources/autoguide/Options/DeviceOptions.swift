import ArgumentParser
import GuidedDiffusion

/// Which device computes.
struct DeviceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Device by number or name (see 'autoguide devices'), or '\(ComputeDevice.fallbackName)'.",
      valueName: "number|name"))
  var device: String?

  /// The device asked for, or the best; one line says so if only the fallback is left.
  func choose() throws -> ComputeDevice {
    // The fallback must work where OpenCL itself is broken.
    if device == ComputeDevice.fallbackName { return .fallback }
    let choice = try choose(among: availableDevices())
    choice.warnOfStopgap()
    return choice.device
  }

  /// The device asked for, or the best.
  func choose(among devices: [OpenCLDevice]) throws -> DeviceChoice {
    try ComputeDevice.choose(device, among: devices, localRank: Rank.local())
  }
}

extension DeviceChoice {
  /// Says so if only the fallback is left.
  func warnOfStopgap() {
    if isStopgap { Diagnostics.warn("\(reason): computing on the fallback, which is slower") }
  }
}

/// All OpenCL devices; a broken installation counts as none.
func availableDevices() -> [OpenCLDevice] {
  do {
    return try OpenCLDevice.all()
  } catch {
    Diagnostics.warn("OpenCL does not work: \(error)")
    return []
  }
}
