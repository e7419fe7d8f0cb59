/// What computes: an OpenCL device, or the fallback on the CPU that needs none.
public enum ComputeDevice: Sendable {
  /// A device of an OpenCL platform.
  case openCL(OpenCLDevice)

  /// Plain Swift and OpenBLAS.
  case fallback
}

extension ComputeDevice {
  /// A device and why it was taken.
  public struct Choice: Sendable {
    /// What computes.
    public let device: ComputeDevice

    /// For example `the first GPU`.
    public let reason: String

    /// One line for the user if there is no OpenCL device although none was declined.
    public let warning: String?

    init(_ device: ComputeDevice, _ reason: String, warning: String? = nil) {
      (self.device, self.reason, self.warning) = (device, reason, warning)
    }
  }

  /// Takes the device that a user names, or the best one.
  ///
  /// - Parameters:
  ///   - text: the number of an OpenCL device, part of its name, `fallback`, or nil for the first
  ///     GPU, else the first other device, else the fallback.
  ///   - devices: what there is.
  /// - Returns: the device and why.
  /// - Throws: ``SettingsError`` with one line if no device is meant by `text`.
  public static func choose(
    _ text: String? = nil, among devices: [OpenCLDevice]
  ) throws(SettingsError) -> Choice {
    guard let text else { return best(of: devices) }
    if text == "fallback" { return Choice(.fallback, "asked for") }
    if let device = devices.first(where: { "\($0.index)" == text }) {
      return Choice(.openCL(device), "asked for by number")
    }
    let wanted = text.lowercased()
    let named = devices.filter {
      !wanted.isEmpty && "\($0.name) \($0.platform)".lowercased().contains(wanted)
    }
    if let device = named.first, Int(text) == nil {
      return Choice(.openCL(device), "the first whose name contains '\(text)'")
    }
    throw SettingsError(
      "device '\(text)': give "
        + (devices.isEmpty
          ? "fallback, since there is no OpenCL device"
          : "a number from 0 to \(devices.count - 1), part of a name, or fallback"))
  }

  /// Takes the device that a user names, or the best one, of all there are.
  ///
  /// - Parameter text: as in ``choose(_:among:)``.
  /// - Returns: the device and why; the fallback, with a warning, if OpenCL fails.
  /// - Throws: ``SettingsError`` with one line if no device is meant by `text`.
  public static func choose(_ text: String? = nil) throws(SettingsError) -> Choice {
    do {
      return try choose(text, among: OpenCLDevice.all())
    } catch let error as SettingsError {
      throw error
    } catch {
      guard text == nil || text == "fallback" else {
        throw SettingsError("device '\(text ?? "")': OpenCL fails (\(error)); give fallback")
      }
      return Choice(
        .fallback, "OpenCL fails", warning: "OpenCL fails (\(error)): using the fallback")
    }
  }

  private static func best(of devices: [OpenCLDevice]) -> Choice {
    if let device = devices.first(where: { $0.kind == .gpu }) {
      return Choice(.openCL(device), "the first GPU")
    }
    if let device = devices.first {
      return Choice(.openCL(device), "the first OpenCL device, as there is no GPU")
    }
    return Choice(
      .fallback, "there is no OpenCL device",
      warning: "no OpenCL device: using the fallback")
  }
}
