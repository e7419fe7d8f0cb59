/// Devices that share the images of a sampler.
///
/// All have the same name and driver: a recipe names one device, and an image must not depend on
/// which of them computed it.
public struct DeviceGroup: Sendable {
  /// The devices, at least one.
  public let devices: [ComputeDevice]

  /// Whether the devices work in pairs: the main network on the first, the guides on the second.
  public let hasSeparateGuides: Bool

  /// A group of one.
  public init(_ device: ComputeDevice) {
    devices = [device]
    hasSeparateGuides = false
  }

  /// A group of any devices.
  ///
  /// - Parameters:
  ///   - devices: all different, of one name and driver.
  ///   - separateGuides: whether they work in pairs.
  /// - Throws: ``SettingsError`` with one line if they cannot work together.
  public init(_ devices: [ComputeDevice], separateGuides: Bool = false) throws(SettingsError) {
    guard let first = devices.first else { throw SettingsError("no device is named") }
    for (position, device) in devices.enumerated() {
      if let earlier = devices[..<position].first(where: { $0.isSame(as: device) }) {
        throw SettingsError("device '\(earlier.label)' is named twice: name each device once")
      }
      guard device.identity == first.identity else {
        throw SettingsError(
          "devices '\(first.label)' and '\(device.label)' are of different kinds "
            + "(\(first.identity) and \(device.identity)): only equal ones give the same images")
      }
    }
    guard !separateGuides || devices.count.isMultiple(of: 2) else {
      throw SettingsError(
        "guides of their own devices need pairs of devices, not \(devices.count): name two, as 0,1")
    }
    self.devices = devices
    hasSeparateGuides = separateGuides
  }

  /// The devices of one place.
  init(_ place: Place) {
    devices = [place.main] + [place.guides].compactMap(\.self)
    hasSeparateGuides = place.guides != nil
  }

  /// The first device, which also computes what is not shared.
  public var first: ComputeDevice { devices[0] }

  /// For people: the name, with the number of devices if there are several.
  public var name: String {
    devices.count == 1 ? first.name : "\(devices.count) x \(first.name)"
  }

  /// What computes one batch: a device for the main network, and perhaps one for the guides.
  struct Place {
    let main: ComputeDevice
    var guides: ComputeDevice?
  }

  /// The batches that are computed side by side; without guides each device takes one.
  func places(guideCount: Int) -> [Place] {
    guard hasSeparateGuides, guideCount > 0 else { return devices.map { Place(main: $0) } }
    return stride(from: 0, to: devices.count, by: 2).map {
      Place(main: devices[$0], guides: devices[$0 + 1])
    }
  }
}

extension DeviceGroup {
  /// Chooses devices.
  ///
  /// - Parameters:
  ///   - requests: a request of ``ComputeDevice/choose(_:among:localRank:)`` for each; empty for the best.
  ///   - separateGuides: whether they work in pairs.
  ///   - devices: what there is, as ``OpenCLDevice/all()`` gives it.
  ///   - localRank: number of this process among those of one run on this machine.
  /// - Returns: the group, and how the first was chosen.
  /// - Throws: ``SettingsError`` if a request names no device, or several, or if the devices cannot
  ///   work together.
  public static func choose(
    _ requests: [String], separateGuides: Bool, among devices: [OpenCLDevice],
    localRank: Int = 0
  ) throws(SettingsError) -> (group: DeviceGroup, first: DeviceChoice) {
    var choices: [DeviceChoice] = []
    for request in requests { choices.append(try ComputeDevice.choose(request, among: devices)) }
    if choices.isEmpty {
      choices = [try ComputeDevice.choose(nil, among: devices, localRank: localRank)]
    }
    return (
      try DeviceGroup(choices.map(\.device), separateGuides: separateGuides), choices[0]
    )
  }
}

extension ComputeDevice {
  /// As `--device` takes it.
  fileprivate var label: String {
    switch self {
    case .openCL(let device): "\(device.index)"
    case .fallback: Self.fallbackName
    }
  }

  /// What the bits of a result depend on.
  var identity: String {
    switch self {
    case .openCL(let device): "\(device.name), \(device.version), driver \(device.driver)"
    case .fallback: name
    }
  }

  fileprivate func isSame(as other: ComputeDevice) -> Bool { label == other.label }
}
