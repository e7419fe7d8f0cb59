/// What computes: an OpenCL device, or the fallback, which is plain Swift and OpenBLAS.
///
/// Two things never share a word: an OpenCL *CPU device* and the *fallback*.
public enum ComputeDevice: Sendable {
  case openCL(OpenCLDevice)
  case fallback

  /// The name that chooses the fallback.
  public static let fallbackName = "fallback"

  /// The device's name, as a recipe has it.
  public var name: String {
    switch self {
    case .openCL(let device): device.name
    case .fallback: Self.fallbackName
    }
  }
}

/// A device with the reason why it was chosen.
public struct DeviceChoice: Sendable {
  /// What computes.
  public let device: ComputeDevice

  /// Why, in a few words.
  public let reason: String

  /// Whether an OpenCL device was wanted but none is there.
  public let isStopgap: Bool
}

extension ComputeDevice {
  /// Chooses a device.
  ///
  /// Without a request: the graphics card with the most compute units, else another accelerator,
  /// else a CPU device, else the fallback. Where there are several equal ones, processes on one machine
  /// take turns.
  ///
  /// - Parameters:
  ///   - request: a number as ``OpenCLDevice/index``, a part of a device's or platform's name in
  ///     any case, or `fallback`; nil for the best.
  ///   - devices: what there is, as ``OpenCLDevice/all()`` gives it.
  ///   - localRank: number of this process among those of one run on this machine.
  /// - Returns: the device and why.
  /// - Throws: ``SettingsError`` if the request names no device, or several.
  public static func choose(
    _ request: String?, among devices: [OpenCLDevice], localRank: Int = 0
  ) throws(SettingsError) -> DeviceChoice {
    guard let request else { return best(of: devices, localRank: localRank) }
    if request == fallbackName {
      return DeviceChoice(device: .fallback, reason: "asked for", isStopgap: false)
    }
    let matches =
      if let index = Int(request) {
        devices.filter { $0.index == index }
      } else {
        devices.filter { "\($0.name) \($0.platform)".lowercased().contains(request.lowercased()) }
      }
    guard let device = matches.first, matches.count == 1 else {
      let known = devices.map { "\($0.index) (\($0.name))" } + [fallbackName]
      let problem = matches.isEmpty ? "is not there" : "is more than one device"
      throw SettingsError(
        "device '\(request)' \(problem): choose among \(known.joined(separator: ", "))")
    }
    return DeviceChoice(device: .openCL(device), reason: "asked for", isStopgap: false)
  }

  private static func best(of devices: [OpenCLDevice], localRank: Int) -> DeviceChoice {
    let kinds: [(OpenCLDevice.Kind, String)] = [
      (.gpu, "the largest graphics card"), (.accelerator, "the largest accelerator"),
      (.cpu, "no graphics card is there; the largest CPU device"),
    ]
    for (kind, reason) in kinds {
      // The first of the largest: the choice does not change from run to run.
      let candidates = devices.filter { $0.kind == kind }
      let units = candidates.map(\.computeUnits).max()
      guard let first = candidates.first(where: { $0.computeUnits == units }) else { continue }
      let equal = candidates.filter {
        ComputeDevice.openCL($0).identity == ComputeDevice.openCL(first).identity
      }
      let place = localRank % equal.count
      let turn = localRank == 0 ? "" : "; \(place + 1) of \(equal.count) by turns"
      return DeviceChoice(
        device: .openCL(equal[place]), reason: reason + turn, isStopgap: false)
    }
    return DeviceChoice(device: .fallback, reason: "no OpenCL device is there", isStopgap: true)
  }
}
