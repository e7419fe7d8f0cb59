import ArgumentParser
import Foundation
import GuidedDiffusion

/// Which devices draw images.
struct DeviceGroupOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Device by number or name (see 'autoguide devices'), or '\(ComputeDevice.fallbackName)'; several "
        + "equal ones, as 0,1, share out the batches.", valueName: "list"))
  var device: String?

  @Flag(help: "Run guides on devices of their own: of each pair the main network has the first.")
  var separateGuides = false

  /// The devices asked for, or the best one; one line says so if only the fallback is left.
  func choose() throws -> DeviceGroup {
    let requests = device.map { list in
      list.split(separator: ",", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
    // The fallback must work where OpenCL itself is broken.
    let devices = requests == [ComputeDevice.fallbackName] ? [] : availableDevices()
    let (group, first) = try DeviceGroup.choose(
      requests ?? [], separateGuides: separateGuides, among: devices,
      localRank: Rank.local())
    first.warnOfStopgap()
    return group
  }
}
