import ArgumentParser
import GuidedDiffusion

/// The networks of the 2D example: trained here, or read from files.
struct ToyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Folder of networks and figures.", valueName: "folder"),
    completion: .directory)
  var outdir = "out/toy"

  @Option(help: "Features of each layer of the main network.")
  var dim = ToyTraining.main.network.features

  @Option(help: "Training steps of the main network.")
  var iterations = ToyTraining.main.iterations

  @Option(help: "Features of each layer of the guides.")
  var gdim = ToyTraining.weak.network.features

  @Option(help: "Training steps of the guides.")
  var giterations = ToyTraining.weak.iterations

  @Option(help: "Hidden layers of all networks.")
  var layers = ToyTraining.main.network.layers

  @Option(help: "Points per training step.")
  var batch = ToyTraining.main.batch

  @Option(help: "Learning rate before it decays.")
  var lr = ToyTraining.main.learningRate

  @Option(help: "Training steps until the learning rate decays.")
  var decay = ToyTraining.main.decay

  @Option(help: "Relative length of the average of the weights.")
  var ema = ToyTraining.main.average

  @Option(help: "Seed of weights and points.")
  var seed = 0

  @Flag(help: "Also the guide of classifier-free guidance, trained on both classes.")
  var cfg = false

  @Option(
    help: ArgumentHelp(
      "Main network from a file, also an official .pkl, in place of training.", valueName: "file"),
    completion: .file())
  var net: String?

  @Option(
    help: ArgumentHelp("Guide from a file, in place of training.", valueName: "file"),
    completion: .file())
  var gnet: String?

  @Flag(help: "Train again what was trained with other settings.")
  var overwrite = false

  func validate() throws {
    for (name, value) in [
      ("dim", dim), ("iterations", iterations), ("gdim", gdim), ("giterations", giterations),
      ("layers", layers), ("batch", batch),
    ] where value < 1 {
      throw ValidationError("--\(name) is \(value): give 1 or more")
    }
    for (name, value) in [("dim", dim), ("gdim", gdim)] where value > 4096 {
      throw ValidationError("--\(name) is \(value): give 4096 or less")
    }
    if layers > 64 { throw ValidationError("--layers is \(layers): give 64 or less") }
    if batch > 1 << 20 { throw ValidationError("--batch is \(batch): give 1048576 or less") }
    if !(lr > 0) { throw ValidationError("--lr is \(lr): give more than 0") }
    if !(decay > 0) { throw ValidationError("--decay is \(decay): give more than 0") }
    if PowerFunctionEMA(length: ema) == nil {
      throw ValidationError("--ema is \(ema): give more than 0 and less than 0.288")
    }
  }

  /// The trainings of the networks that are not read from files, by their names.
  var trainings: [(name: String, training: ToyTraining)] {
    func training(_ start: ToyTraining, dim: Int, iterations: Int) -> ToyTraining {
      var training = start
      training.network.features = dim
      training.network.layers = layers
      training.iterations = iterations
      training.batch = batch
      training.learningRate = lr
      training.decay = decay
      training.average = ema
      training.seed = seed
      return training
    }
    var all: [(name: String, training: ToyTraining)] = []
    if net == nil { all.append(("main", training(.main, dim: dim, iterations: iterations))) }
    if gnet == nil { all.append(("weak", training(.weak, dim: gdim, iterations: giterations))) }
    if cfg { all.append(("cfg", training(.classFree, dim: gdim, iterations: giterations))) }
    return all
  }
}

/// How points of the 2D example are sampled.
struct ToySamplingOptions: ParsableArguments {
  @Option(help: "Weight of autoguidance.")
  var guidance = 3.0

  @Option(help: "Weight of classifier-free guidance.")
  var cfgGuidance = 4.0

  @Option(help: "Factor of naive score scaling.")
  var scale = 1.4

  @Option(help: "Points to sample.")
  var points = 1 << 14

  @Option(help: "Sampling steps.")
  var steps = 32

  func validate() throws {
    for (name, value) in [
      ("guidance", guidance), ("cfg-guidance", cfgGuidance), ("scale", scale),
    ] where !value.isFinite {
      throw ValidationError("--\(name) is \(value): give a number")
    }
    if !(1...1 << 20 ~= points) {
      throw ValidationError("--points is \(points): give 1 to 1048576")
    }
    if !(2...1000 ~= steps) { throw ValidationError("--steps is \(steps): give 2 to 1000") }
  }
}
