import Dispatch

/// What a sampler asks its engine for.
struct BatchRequest: Sendable {
  let seeds: [Int]
  let classIndex: Int?

  /// Position in the run.
  let number: Int

  /// Of the whole run.
  let progress: SharedProgress?
}

/// Computes batches, whatever the type of the state.
protocol BatchEngine: Actor {
  func images(_ request: BatchRequest) throws -> [SampledImage]
}

/// Owner of a plan: makes it when it is first needed, and again for a smaller batch if the device
/// runs out of memory.
actor SamplingEngine<State: SamplerScalar>: BatchEngine {
  private let factory: any PlanFactory
  private let settings: SamplerSettings

  /// Made when the settings have been validated.
  private lazy var sampler = HeunSampler<State>(settings)
  private let encoder: ImageEncoder
  private var plan: (any GuidedPlan<State>)?

  /// Largest batch that has not failed.
  private var limit = Int.max

  /// A batch blocks its thread for seconds, so it must not be one that Swift's tasks share.
  private let executor = QueueExecutor(label: "guided-diffusion.sampling")
  nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  init(factory: any PlanFactory, settings: SamplerSettings) {
    self.factory = factory
    encoder = factory.encoder
    self.settings = settings
  }

  func images(_ request: BatchRequest) throws -> [SampledImage] {
    var images: [SampledImage] = []
    while images.count < request.seeds.count {
      let rest = request.seeds.dropFirst(images.count)
      let seeds = Array(rest.prefix(limit))
      do {
        images += try batch(seeds, of: request, finished: images.count)
      } catch let error as any MemoryFailure where error.isOutOfMemory {
        plan = nil
        guard seeds.count > 1 else {
          throw SamplingError.outOfMemory(device: factory.deviceName, reason: "\(error)")
        }
        limit = seeds.count / 2
        Diagnostics.warn(
          "\(factory.deviceName) has too little memory for a batch of \(seeds.count): "
            + "trying \(limit)")
      }
    }
    request.progress?.finish(request.number, images: images.count)
    return images
  }

  private func batch(
    _ seeds: [Int], of request: BatchRequest, finished: Int
  ) throws -> [SampledImage] {
    let plan = try plan(capacity: seeds.count)
    let shape = factory.imageShape
    var draws = BatchDraws<State>(
      seeds: seeds, kind: sampler.settings.noise, shape: shape,
      classCount: factory.classCount, classIndex: request.classIndex)
    let states = try sampler.sample(plan, noise: draws.noise, classes: draws.classes) {
      draws.churnNoise()
    } report: { step in
      request.progress?.update(
        request.number, finished: finished, images: seeds.count, step: step)
    }
    return seeds.indices.map { index in
      let values = states[(index * shape.count)..<((index + 1) * shape.count)]
      return SampledImage(
        seed: seeds[index], classIndex: draws.classes?[index], height: shape.height,
        width: shape.width, channels: shape.channels, values: floats(values),
        encoder: encoder)
    }
  }

  private func plan(capacity: Int) throws -> any GuidedPlan<State> {
    if let plan, plan.capacity >= capacity { return plan }
    plan = nil  // frees the device's memory first
    let made = try factory.makePlan(capacity: capacity, state: State.self)
    plan = made
    return made
  }
}

/// Specialised by hand: its caller is generic when it runs.
@specialized(where State == Float)
@specialized(where State == Double)
private func floats<State: SamplerScalar>(_ values: ArraySlice<State>) -> [Float] {
  values.map { Float($0) }
}

/// A run that could not go on.
public enum SamplingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Not even one image at a time fits.
  case outOfMemory(device: String, reason: String)

  /// One line.
  public var description: String {
    switch self {
    case .outOfMemory(let device, let reason):
      "\(device) has too little memory even for one image (\(reason)): "
        + "use a smaller network or another device"
    }
  }
}

/// Runs an actor's jobs on a queue.
private final class QueueExecutor: SerialExecutor {
  private let queue: DispatchQueue

  init(label: String) { queue = DispatchQueue(label: label) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
