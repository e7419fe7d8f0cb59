/// Makes images from seeds: networks, a device and settings.
///
///     let sampler = Sampler(main: main, guide: weak, guidance: 2)
///     for try await image in sampler.images(seeds: 0..<64) { ... }
///
/// An image depends on networks, seed, class, settings and device, not on the batch, the order or
/// the company that it is computed in. Networks are compiled at the first batch and kept.
public struct Sampler: Sendable {
  /// How images are sampled.
  public let settings: SamplerSettings

  /// Networks and device.
  public let plans: any PlanFactory

  /// Most images computed at once, on each device or pair of devices.
  public let batch: Int

  /// One for each of the plans' places.
  let engines: EnginePool

  /// A sampler of any plans.
  ///
  /// - Parameters:
  ///   - plans: networks and device.
  ///   - settings: checked when the first image is asked for, or by ``validate(classIndex:)``.
  ///   - batch: most images at once, 1 or more; fewer are tried if the memory is too small.
  public init(
    plans: any PlanFactory, settings: SamplerSettings = SamplerSettings(),
    batch: Int = 32
  ) {
    precondition(batch >= 1, "a batch of \(batch)")
    self.settings = settings
    self.plans = plans
    self.batch = batch
    engines = EnginePool(
      plans.places.map { plans -> any BatchEngine in
        switch settings.precision {
        case .float32: SamplingEngine<Float>(factory: plans, settings: settings)
        case .float64: SamplingEngine<Double>(factory: plans, settings: settings)
        }
      })
  }

  /// Checks settings and class before anything is computed.
  ///
  /// - Parameter classIndex: as in ``images(seeds:classIndex:progress:)``.
  /// - Throws: ``SettingsError`` with one line.
  public func validate(classIndex: Int? = nil) throws(SettingsError) {
    try plans.validate()
    try settings.validate(guides: plans.guideCount)
    guard let classIndex else { return }
    guard plans.classCount > 0 else {
      throw SettingsError("class is \(classIndex), but the main network has no classes")
    }
    guard 0..<plans.classCount ~= classIndex else {
      throw SettingsError("class is \(classIndex): give 0 to \(plans.classCount - 1)")
    }
  }

  /// Images in the order of their seeds, computed a batch at a time as they are asked for; several
  /// devices compute ahead.
  ///
  /// - Parameters:
  ///   - seeds: only their lowest 32 bits count.
  ///   - classIndex: the class of all images; drawn from the seed if nil.
  ///   - progress: called after each step of each batch, on other threads, one at a time.
  /// - Returns: a sequence that throws ``SettingsError``, ``SamplingError``, what the device
  ///   reports, or `CancellationError` between two steps if the task is cancelled.
  public func images(
    seeds: some Sequence<Int>, classIndex: Int? = nil,
    progress: (@Sendable (SamplingProgress) -> Void)? = nil
  ) -> Images {
    Images(sampler: self, seeds: Array(seeds), classIndex: classIndex, progress: progress)
  }
}
