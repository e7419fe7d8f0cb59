/// Networks and a device, before batch size and type of the state are chosen: what a sampler
/// needs to make its plans.
public protocol PlanFactory: Sendable {
  /// Shape of an image, `[N, H, W, C]`.
  var imageShape: Shape { get }

  /// Classes of the main network; 0 if it has none.
  var classCount: Int { get }

  /// Number of guiding networks.
  var guideCount: Int { get }

  /// What images are: pixels or latents; pixels unless said otherwise.
  var encoder: ImageEncoder { get }

  /// The networks as a recipe names them, the main one first; none unless said otherwise.
  var recipeNetworks: [Recipe.Network] { get }

  /// What computes, as a recipe names it.
  var deviceName: String { get }

  /// Digest of the table that chooses algorithms for that device.
  var algorithms: String { get }

  /// How the kernels for GPUs store numbers; nil for other kernels, and unless said otherwise.
  var precisionOnGPU: Precision? { get }

  /// A factory for each batch that can be computed side by side: several if there are several
  /// devices, itself alone unless said otherwise.
  var places: [any PlanFactory] { get }

  /// Checks that the networks fit each other; nothing is checked unless said otherwise.
  ///
  /// - Throws: ``SettingsError`` with one line.
  func validate() throws(SettingsError)

  /// Compiles main network, guides and guidance step.
  ///
  /// - Parameters:
  ///   - capacity: largest batch.
  ///   - state: `Float` or `Double`.
  /// - Returns: a plan that nobody else uses.
  /// - Throws: what the device reports; a ``MemoryFailure`` makes the sampler try again with a
  ///   smaller batch.
  func makePlan<State: SamplerScalar>(
    capacity: Int, state: State.Type
  ) throws -> any GuidedPlan<State>
}

extension PlanFactory {
  /// Pixels.
  public var encoder: ImageEncoder { .rgb }

  /// No networks that a recipe could name.
  public var recipeNetworks: [Recipe.Network] { [] }

  /// Other kernels.
  public var precisionOnGPU: Precision? { nil }

  /// One place.
  public var places: [any PlanFactory] { [self] }

  /// Checks nothing.
  public func validate() throws(SettingsError) {}
}

/// An error that may mean that a device has too little memory.
public protocol MemoryFailure: Error {
  /// Whether a smaller batch may succeed.
  var isOutOfMemory: Bool { get }
}

extension OpenCLError: MemoryFailure {}
