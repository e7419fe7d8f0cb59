/// Plans for one OpenCL device, or for a pair of them.
public struct OpenCLPlans: PlanFactory {
  /// The device.
  public let device: OpenCLDevice

  /// The device of the guides, if it is another one.
  public let guideDevice: OpenCLDevice?

  /// How the networks are compiled.
  public let options: OpenCLOptions

  private let main: PreconditionedNetwork
  private let guides: [PreconditionedNetwork]

  /// Plans for networks on a device.
  public init(
    main: PreconditionedNetwork, guides: [PreconditionedNetwork], device: OpenCLDevice,
    guideDevice: OpenCLDevice? = nil, options: OpenCLOptions = OpenCLOptions()
  ) {
    self.main = main
    self.guides = guides
    self.device = device
    self.guideDevice = guideDevice
    self.options = options
  }

  /// Shape of an image, `[N, H, W, C]`.
  public var imageShape: Shape { main.imageShape }

  /// Classes of the main network.
  public var classCount: Int { main.labelCount }

  /// Number of guides.
  public var guideCount: Int { guides.count }

  /// The device's name.
  public var deviceName: String { device.name }

  /// Digest of the table of convolution algorithms; of all choices if the memory forced some; on kernels
  /// for GPUs of the precision and of what multiplies.
  public var algorithms: String {
    let digest = options.algorithms(on: device)
    guard options.kernels(on: device) == .cpu else { return digest }
    let networks = [main] + guides
    let plans = zip(networks, AlgorithmPlan.shares(of: networks, options)).map {
      AlgorithmPlan($0.graph, outputs: ["raw"], $1)
    }
    guard plans.contains(where: \.isRestricted) else { return digest }
    var restricted = SHA256()
    restricted.update(digest)
    for plan in plans { restricted.update("\n" + plan.text) }
    return restricted.finish()
  }

  /// How the kernels for GPUs store numbers, if they compute.
  public var precisionOnGPU: Precision? {
    let options = options.resolved(for: device)
    return options.kernels == .gpu ? options.precision : nil
  }

  /// Opens the devices and compiles the networks for them.
  public func makePlan<State: SamplerScalar>(
    capacity: Int, state: State.Type
  ) throws -> any GuidedPlan<State> {
    try OpenCLPlan<State>(
      main: main, guides: guides, capacity: capacity, options: options, on: Context(device),
      guidesOn: guideDevice.map { try Context($0) })
  }
}
