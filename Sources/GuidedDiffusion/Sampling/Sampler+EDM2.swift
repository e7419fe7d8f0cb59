extension Sampler {
  /// A sampler of an EDM2 network, guided by one other.
  ///
  /// - Parameters:
  ///   - main: the main network.
  ///   - guide: the guiding network: a smaller or less trained one for autoguidance, an
  ///     unconditional one for classifier-free guidance.
  ///   - guidance: weight w; 1 is no guidance.
  ///   - device: what computes.
  public init(
    main: EDM2Network, guide: EDM2Network, guidance: Double, device: ComputeDevice = .automatic
  ) {
    var settings = SamplerSettings()
    settings.guidance = [guidance]
    self.init(main: main, guides: [guide], settings: settings, device: device)
  }

  /// A sampler of an EDM2 network with any number of guides.
  ///
  /// - Parameters:
  ///   - main: the main network.
  ///   - guides: the guiding networks, as many as `settings` has weights. Those with weight 1 are
  ///     neither compiled nor evaluated, and left out of ``settings`` and recipes.
  ///   - settings: checked when the first image is asked for, or by ``validate(classIndex:)``.
  ///   - device: what computes.
  ///   - options: how networks are compiled for an OpenCL device.
  ///   - batch: most images at once, 1 or more; fewer are tried if the memory is too small.
  public init(
    main: EDM2Network, guides: [EDM2Network] = [], settings: SamplerSettings = SamplerSettings(),
    device: ComputeDevice = .automatic, options: OpenCLOptions = OpenCLOptions(),
    batch: Int = 32
  ) {
    self.init(
      main: main, guides: guides, settings: settings, devices: DeviceGroup(device),
      options: options, batch: batch)
  }

  /// A sampler of an EDM2 network on several devices, which share out the batches.
  ///
  /// Images are the same, and come in the same order, as on one of the devices.
  ///
  /// - Parameters:
  ///   - main: the main network.
  ///   - guides: the guiding networks.
  ///   - settings: as on one device.
  ///   - devices: what computes.
  ///   - options: how networks are compiled for each OpenCL device.
  ///   - batch: most images at once on each device, or on each pair of them.
  public init(
    main: EDM2Network, guides: [EDM2Network], settings: SamplerSettings, devices: DeviceGroup,
    options: OpenCLOptions = OpenCLOptions(), batch: Int = 32
  ) {
    var (settings, guides) = (settings, guides)
    if settings.guidance.count == guides.count {
      guides = zip(guides, settings.guidance).filter { $0.1 != 1 }.map(\.0)
      settings.guidance.removeAll { $0 == 1 }
    }
    self.init(
      plans: EDM2Plans(main: main, guides: guides, devices: devices, options: options),
      settings: settings, batch: batch)
  }

  /// All that an image of this sampler was made from.
  ///
  /// - Precondition: the sampler's plans name their networks, as those of ``EDM2Plans`` do.
  public func recipe(of image: SampledImage) -> Recipe {
    recipe(seed: image.seed, classIndex: image.classIndex)
  }

  /// All that an image of one seed and class would be made from.
  ///
  /// - Precondition: the sampler's plans name their networks, as those of ``EDM2Plans`` do.
  public func recipe(seed: Int, classIndex: Int?) -> Recipe {
    let networks = plans.recipeNetworks
    precondition(!networks.isEmpty, "plans that name no networks have no recipe")
    let precision = plans.precisionOnGPU
    return Recipe(
      device: plans.deviceName, algorithms: plans.algorithms,
      kernels: precision == nil ? nil : .gpu, precision: precision, main: networks[0],
      guides: Array(networks.dropFirst()), seed: seed, classIndex: classIndex, settings: settings)
  }
}

extension ComputeDevice {
  /// The best device there is; the fallback if there is none or OpenCL fails.
  public static var automatic: ComputeDevice {
    let devices = (try? OpenCLDevice.all()) ?? []
    return (try? choose(nil, among: devices).device) ?? .fallback
  }
}
