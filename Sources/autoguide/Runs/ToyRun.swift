import Foundation
import GuidedDiffusion

/// Brings the networks of the 2D example into a folder: trained as far as they are not there, each
/// step kept so that a run that was stopped goes on where it was.
struct ToyRun {
  let folder: String
  let device: ComputeDevice
  let context: Context?
  let overwrite: Bool
  let isQuiet: Bool

  /// Seconds between two states that are kept.
  private static let pause = 10.0

  init(_ options: ToyOptions, device: ComputeDevice, isQuiet: Bool) throws {
    folder = options.outdir
    self.device = device
    context = try device.makeContext()
    overwrite = options.overwrite
    self.isQuiet = isQuiet
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError("make", folder, reason: error.localizedDescription)
    }
  }

  /// The trained network `name.safetensors`.
  ///
  /// - Throws: `CancellationError` when it was stopped; the state is kept then.
  func network(_ name: String, _ training: ToyTraining) throws -> ToyNetwork {
    let (path, statePath) = (file("\(name).safetensors"), file(".\(name).state.safetensors"))
    let settings = try settings(of: training)
    if isRegularFile(path) {
      let network = try ToyNetwork(path)
      if network.training["settings"] == settings { return network }
      guard overwrite else {
        throw Failure(
          "\(path) was trained with other settings or on another device: choose another --outdir,"
            + " or --overwrite")
      }
    }
    var state = training.initialState
    if isRegularFile(statePath),
      let kept = try? training.state(at: statePath, settings: settings)
    {
      state = kept
      say("\(name): going on at step \(state.step)")
    }
    let network = try train(name, training, from: state, settings, statePath)
    try network.write(to: path)
    try? FileManager.default.removeItem(atPath: statePath)
    return network
  }

  private func train(
    _ name: String, _ training: ToyTraining, from state: TrainingState, _ settings: String,
    _ statePath: String
  ) throws -> ToyNetwork {
    let trainer = try training.trainer(from: state, on: context)
    let progress = StepProgress(name, from: state.step, to: training.iterations, isQuiet: isQuiet)
    var kept = ContinuousClock.now
    let trained = try training.run(trainer, on: context) { step, loss in
      progress.update(step, loss: loss)
      if Task.isCancelled { return false }
      if (ContinuousClock.now - kept).seconds > Self.pause {
        try training.keep(try trainer.state(), at: statePath, settings: settings)
        kept = .now
      }
      return true
    }
    guard var network = trained else {
      try training.keep(try trainer.state(), at: statePath, settings: settings)
      throw CancellationError()
    }
    progress.finish()
    network.training["settings"] = settings
    return network
  }

  /// A file of the folder.
  func file(_ name: String) -> String {
    URL(fileURLWithPath: folder).appendingPathComponent(name).relativePath
  }

  /// What decides the bits of a network: its training, the device, the version.
  private func settings(of training: ToyTraining) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = String(decoding: try encoder.encode(training), as: UTF8.self)
    return "\(text) \(device.name) \(libraryVersion)"
  }

  private func say(_ line: String) { if !isQuiet { Console.complain(line) } }
}

/// The networks of the 2D example, compiled.
struct ToyModels {
  let main: any DensityModel
  let weak: any DensityModel
  let cfg: (any DensityModel)?

  /// Reads or trains them.
  init(_ options: ToyOptions, _ run: ToyRun) throws {
    var networks: [String: ToyNetwork] = [:]
    // Files first: a wrong name should not be found out after minutes of training.
    if let net = options.net { networks["main"] = try ToyNetwork(net) }
    if let gnet = options.gnet { networks["weak"] = try ToyNetwork(gnet) }
    for (name, training) in options.trainings {
      networks[name] = try run.network(name, training)
    }
    let models = try networks.mapValues { try ToyDensity($0, on: run.context) }
    guard let main = models["main"], let weak = models["weak"] else {
      preconditionFailure("two networks at least")
    }
    (self.main, self.weak, cfg) = (main, weak, models["cfg"])
  }
}
