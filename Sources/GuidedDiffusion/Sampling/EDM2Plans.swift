import Synchronization

/// EDM2 networks on one or several devices: compiled when a sampler first needs them.
public final class EDM2Plans: PlanFactory {
  /// The main network.
  public let main: EDM2Network

  /// The guiding networks.
  public let guides: [EDM2Network]

  /// What computes.
  public let devices: DeviceGroup

  /// How networks are compiled for an OpenCL device.
  public let options: OpenCLOptions

  /// Networks compiled for the fallback, which serve batches of any size.
  private let fallback = Mutex<CPUPlanFactory<Float>?>(nil)

  /// Networks on a device; nothing is compiled yet.
  ///
  /// - Parameters:
  ///   - main: the main network.
  ///   - guides: the guiding networks.
  ///   - device: what computes.
  ///   - options: how networks are compiled for an OpenCL device.
  public convenience init(
    main: EDM2Network, guides: [EDM2Network] = [], device: ComputeDevice = .automatic,
    options: OpenCLOptions = OpenCLOptions()
  ) {
    self.init(main: main, guides: guides, devices: DeviceGroup(device), options: options)
  }

  /// Networks on several devices; nothing is compiled yet.
  ///
  /// - Parameters:
  ///   - main: the main network.
  ///   - guides: the guiding networks.
  ///   - devices: what computes.
  ///   - options: how networks are compiled for each OpenCL device.
  public init(
    main: EDM2Network, guides: [EDM2Network], devices: DeviceGroup,
    options: OpenCLOptions = OpenCLOptions()
  ) {
    self.main = main
    self.guides = guides
    self.devices = devices
    self.options = options
  }

  /// Shape of an image, `[N, H, W, C]`.
  public var imageShape: Shape { main.imageShape }

  /// Classes of the main network.
  public var classCount: Int { main.configuration.labelCount }

  /// Number of guiding networks.
  public var guideCount: Int { guides.count }

  /// What the main network's images are.
  public var encoder: ImageEncoder { main.encoder }

  /// The networks as a recipe names them.
  public var recipeNetworks: [Recipe.Network] { ([main] + guides).map(\.recipeEntry) }

  /// Name of the device, of which there may be several.
  public var deviceName: String { devices.first.name }

  /// The networks on each device, or on each pair of devices.
  public var places: [any PlanFactory] {
    let places = devices.places(guideCount: guideCount)
    if places.count == 1 { return [self] }
    return places.map { EDM2Plans(self, at: $0) }
  }

  private convenience init(_ plans: EDM2Plans, at place: DeviceGroup.Place) {
    self.init(
      main: plans.main, guides: plans.guides, devices: DeviceGroup(place), options: plans.options)
  }

  /// Checks that guides and main network are for the same images and classes.
  public func validate() throws(SettingsError) {
    if case .latents(let scale, let bias) = encoder {
      guard scale.count == imageShape.channels, bias.count == imageShape.channels else {
        throw SettingsError(
          "\(main.fileName): \(scale.count) scales of latents for \(imageShape.channels) channels")
      }
    }
    let most = OpenCLPlan<Float>.largestGuideCount
    guard guides.count <= most else {
      throw SettingsError("\(guides.count) guiding networks: give \(most) at most")
    }
    for guide in guides {
      guard guide.imageShape == imageShape else {
        throw SettingsError(
          "\(guide.fileName) makes images of \(guide.imageSize), \(main.fileName) of "
            + "\(main.imageSize): a guide must make the same")
      }
      let (classes, expected) = (guide.configuration.labelCount, classCount)
      guard classes == 0 || expected == 0 || classes == expected else {
        throw SettingsError(
          "\(guide.fileName) knows \(classes) classes, \(main.fileName) \(expected): a guide must "
            + "know the same classes or none")
      }
    }
  }
}

extension EDM2Plans {
  /// Digest of the table that chooses algorithms for the device.
  public var algorithms: String {
    switch devices.first {
    case .fallback: CPUPlanFactory<Float>.algorithms
    case .openCL(let device): openCL(device).algorithms
    }
  }

  /// How the kernels for GPUs store numbers, if they compute.
  public var precisionOnGPU: Precision? {
    switch devices.first {
    case .fallback: nil
    case .openCL(let device): openCL(device).precisionOnGPU
    }
  }

  /// Compiles the networks for the first of ``places``.
  public func makePlan<State: SamplerScalar>(
    capacity: Int, state: State.Type
  ) throws -> any GuidedPlan<State> {
    switch devices.first {
    case .fallback: try compiled().makePlan(capacity: capacity, state: state)
    case .openCL(let device): try openCL(device).makePlan(capacity: capacity, state: state)
    }
  }

  private func openCL(_ device: OpenCLDevice) -> OpenCLPlans {
    OpenCLPlans(
      main: PreconditionedNetwork(main), guides: guides.map { PreconditionedNetwork($0) },
      device: device, guideDevice: guideDevice, options: options)
  }

  /// The device of the guides, if they have one of their own.
  private var guideDevice: OpenCLDevice? {
    guard case .openCL(let device) = devices.places(guideCount: guideCount)[0].guides else {
      return nil
    }
    return device
  }

  private func compiled() throws -> CPUPlanFactory<Float> {
    try fallback.withLock { factory in
      if let factory { return factory }
      let made = CPUPlanFactory<Float>(
        main: try denoiser(main), guides: try guides.map(denoiser))
      factory = made
      return made
    }
  }

  private func denoiser(_ network: EDM2Network) throws -> CPUDenoiser<Float> {
    try CPUDenoiser(compiling: network.configuration.graph(), parameters: network.parameters)
  }
}

extension EDM2Network {
  /// Shape of an image, `[N, H, W, C]`.
  public var imageShape: Shape {
    let edge = configuration.imageResolution
    return .batched(edge, edge, configuration.imageChannels)
  }

  /// For example `64x64x4`.
  var imageSize: String { imageShape.dimensions.map(String.init).joined(separator: "x") }

  /// Name of the file without its folder.
  public var fileName: String {
    source.split(separator: "/").last.map(String.init) ?? source
  }

  /// The network as a recipe names it.
  public var recipeEntry: Recipe.Network { Recipe.Network(sha256: sha256, name: fileName) }

  /// Name of a class: as the file has it, otherwise `class 7`.
  public func className(_ index: Int) -> String {
    if let classNames, classNames.indices ~= index { classNames[index] } else { "class \(index)" }
  }
}
