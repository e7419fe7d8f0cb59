import ArgumentParser
import GuidedDiffusion

struct Devices: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List OpenCL devices, what they can do, and which one is chosen.")

  @OptionGroup var device: DeviceOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let devices = availableDevices()
    let choice = try device.choose(among: devices)
    let list = devices.map { Row($0, choice) } + [.fallback(choice)]
    if output.json { return try Console.print(json: list) }
    for row in list { try Console.print(row.text) }
    try Console.print("chosen: \(choice.device.name) (\(choice.reason))")
  }

  /// One device as it is printed.
  struct Row: Encodable {
    var number: Int?
    var name: String
    var platform: String?
    var kind: String
    var version: String?
    var driver: String?
    var computeUnits: Int?
    var memoryBytes: Int?
    var largestAllocationBytes: Int?
    var localMemoryBytes: Int?
    var capabilities: [String] = []
    var isChosen: Bool
    var reason: String?

    init(_ device: OpenCLDevice, _ choice: DeviceChoice) {
      number = device.index
      name = device.name
      platform = device.platform
      kind = device.kind.rawValue
      version = device.version
      driver = device.driver
      computeUnits = device.computeUnits
      memoryBytes = device.globalMemory
      largestAllocationBytes = device.largestAllocation
      localMemoryBytes = device.localMemory
      capabilities = [
        (device.hasDouble, "fp64"), (device.hasHalf, "fp16"),
      ].filter(\.0).map(\.1)
      if case .openCL(let chosen) = choice.device {
        isChosen = chosen.index == device.index
      } else {
        isChosen = false
      }
      reason = isChosen ? choice.reason : nil
    }

    private init(fallback choice: DeviceChoice) {
      name = ComputeDevice.fallbackName
      kind = "plain Swift and OpenBLAS"
      capabilities = ["fp64"]
      if case .fallback = choice.device { isChosen = true } else { isChosen = false }
      reason = isChosen ? choice.reason : nil
    }

    static func fallback(_ choice: DeviceChoice) -> Row { Row(fallback: choice) }

    /// Two or three lines.
    var text: String {
      let mark = isChosen ? "*" : " "
      guard let number, let platform, let version, let computeUnits, let memoryBytes,
        let largestAllocationBytes
      else { return "\(mark) \(name): \(kind)" }
      let abilities = capabilities.isEmpty ? "" : ", \(capabilities.joined(separator: ", "))"
      return """
        \(mark) \(number): \(name) (\(kind))
              \(platform), \(version)
              \(computeUnits) compute units, \(Units.bytes(memoryBytes)), \
        largest allocation \(Units.bytes(largestAllocationBytes))\(abilities)
        """
    }
  }
}
