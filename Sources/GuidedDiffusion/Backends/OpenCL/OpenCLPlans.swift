/// Plans for one OpenCL device.
public struct OpenCLPlans: PlanFactory {
  /// The device.
  public let device: OpenCLDevice

  /// Bound on the error of one convolution.
  public let accuracy: Accuracy

  private let main: PreconditionedNetwork
  private let guides: [PreconditionedNetwork]

  /// Plans for networks on a device.
  public init(
    main: PreconditionedNetwork, guides: [PreconditionedNetwork], device: OpenCLDevice,
    accuracy: Accuracy = .standard
  ) {
    self.main = main
    self.guides = guides
    self.device = device
    self.accuracy = accuracy
  }

  /// Shape of an image, `[N, H, W, C]`.
  public var imageShape: Shape { main.imageShape }

  /// Classes of the main network.
  public var classCount: Int { main.labelCount }

  /// Number of guides.
  public var guideCount: Int { guides.count }

  /// The device's name.
  public var deviceName: String { device.name }

  /// Digest of the table of convolution algorithms.
  public var algorithms: String { AlgorithmTable.cpu(accuracy).hash }

  /// Opens the device and compiles the networks for it.
  public func makePlan<State: SamplerScalar>(
    capacity: Int, state: State.Type
  ) throws -> any GuidedPlan<State> {
    try OpenCLPlan<State>(
      main: main, guides: guides, capacity: capacity, accuracy: accuracy, on: Context(device))
  }
}
