import Synchronization

extension EngineChoice {
  /// What was chosen in this process, by the device's number: recipes ask for every image.
  private static let chosen = Mutex<[Int: EngineChoice]>([:])

  /// The engine of a device: tried at the first use of kernels, device and driver, and then kept
  /// with the compiled kernels.
  ///
  /// A device that can have one engine alone is not opened.
  package static func engine(of device: OpenCLDevice) -> EngineChoice {
    // Held through the trials, so that several threads make them once.
    chosen.withLock { chosen in
      if let choice = chosen[device.index] { return choice }
      let choice = engine(
        among: candidates(device.computeCapability), of: device, cache: .shared
      ) { EngineSelfTest.run($0, on: try Context(device)) }
      chosen[device.index] = choice
      return choice
    }
  }

  /// The same with what may be there, what remembers, and what tries.
  static func engine(
    among engines: [GPUEngine], of device: OpenCLDevice, cache: KernelCache?,
    trial: (GPUEngine) throws -> Trial
  ) -> EngineChoice {
    guard engines.count > 1, let cache else { return EngineChoice(among: engines, trial: trial) }
    let names = engines.map(\.description).joined(separator: ", ")
    let key = cache.key(
      .gpuConvolution, options: "choice among \(names), \(libraryVersion)", device: device)
    if let text = cache.read(key),
      let choice = EngineChoice(String(decoding: text, as: UTF8.self)),
      engines.contains(choice.engine)
    {
      return choice
    }
    let choice = EngineChoice(among: engines, trial: trial)
    cache.write(Array(choice.description.utf8), for: key)
    return choice
  }
}
