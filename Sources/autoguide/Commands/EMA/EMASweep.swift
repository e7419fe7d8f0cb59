import ArgumentParser
import Datasets
import Figures
import Foundation
import GuidedDiffusion

struct EMASweep: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Measure averages of many lengths, and draw the curve.",
    discussion: """
      Reconstructs an average of each length in --outstd and measures it, in one of two ways:

      --data: its denoising loss, the weighted squared error over images with noise of the \
      training's levels, the same noise for every length. The networks are not kept (see \
      'autoguide ema reconstruct').

      --ref: the Fréchet distance of the images of --seeds from a reference, optionally with a \
      guide. Networks, statistics and charts are kept in --outdir: a sweep that was stopped goes \
      on. For several weights or guides at once see 'autoguide sweep'.

      EXAMPLES:
        autoguide ema sweep --indir out/main --data fashion.zip --outstd 0.02,0.04,...,0.24
        autoguide ema sweep --indir out/main --ref reference.safetensors --seeds 0-4999 \
      --outstd 0.05,0.10 --gnet guide.pkl --guidance 2
      """)

  @Option(
    help: ArgumentHelp("Folder of the snapshots.", valueName: "dir"), completion: .directory)
  var indir: String

  @Option(help: ArgumentHelp("Only snapshots whose names start so.", valueName: "text"))
  var inprefix: String?

  @Option(
    help: ArgumentHelp("Average lengths to measure, as 0.02,0.04,...,0.24.", valueName: "list"))
  var outstd: AverageLengths

  @Option(
    help: ArgumentHelp("Time of the averages, a snapshot's. (default: the last)", valueName: "kimg")
  )
  var outkimg: Int?

  @Option(
    help: ArgumentHelp("Draw the curve, as .png, .svg or .pdf.", valueName: "file"),
    completion: .file(extensions: ["png", "svg", "pdf"]))
  var plot: String?

  @OptionGroup(title: "Denoising loss") var loss: DenoisingOptions

  @Option(
    help: ArgumentHelp(
      "Statistics of the reference: of 'metrics ref', official (.pkl) or NumPy's (.npz).",
      valueName: "file"), completion: .file())
  var ref: String?

  @Option(
    help: ArgumentHelp("Guiding network of the images that are measured.", valueName: "file"),
    completion: .file())
  var gnet: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Weight of the guide.", valueName: "w"))
  var guidance: Double?

  @Option(
    help: ArgumentHelp("Folder of networks, statistics and charts of --ref.", valueName: "folder"),
    completion: .directory)
  var outdir = "out/ema-sweep"

  @OptionGroup var evaluation: EvaluationOptions

  func validate() throws {
    if let plot, (try? FigureFormat(path: plot)) == nil {
      throw ValidationError("--plot is \(plot): end it in .png, .svg or .pdf")
    }
    guard (loss.data == nil) != (ref == nil) else {
      throw ValidationError("give --data for the loss, or --ref for the distance")
    }
    guard (gnet == nil) == (guidance == nil), gnet == nil || ref != nil else {
      throw ValidationError("--gnet, --guidance and --ref go together")
    }
  }

  func run() async throws {
    guard let ref else { return try measureLoss() }
    let (sweep, seeds) = try prepare(ref)
    try await sweep.measure(seeds: seeds, first: [], rounds: 0)
    try show(sweep.report)
  }

  private func reconstruction() throws -> EMAReconstruction {
    if let plot { try checkWritable(plot) }
    return try EMAReconstruction(Snapshot.list(indir, prefix: inprefix), kimg: outkimg)
  }
}

// Inlined into an asynchronous `run()`, typed errors crash the optimiser of Swift 6.3.
extension EMASweep {
  @inline(never)
  private func measureLoss() throws {
    let reconstruction = try reconstruction()
    let points = try loss.measure(outstd.values, reconstruction, evaluation)
    if let plot { try loss.chart(points, reconstruction).drawing().write(to: plot) }
    if evaluation.output.json { return try Console.print(json: points) }
    try Console.print("| EMA length | denoising loss |\n|---|---|")
    for point in points {
      try Console.print(String(format: "| %.3f | %.5f |", point.length, point.loss))
    }
    if let plot { try Console.print(plot) }
  }

  @inline(never)
  private func prepare(_ ref: String) throws -> (SweepRun, seeds: [Range<Int>]) {
    let reference = try StatisticsFile.reference(ref)
    let seeds = try evaluation.seeds()
    try outstd.checkNames()
    let folder = SweepFolder(path: outdir)
    let name = URL(fileURLWithPath: indir).standardizedFileURL.lastPathComponent
    let training = try SweepTraining(reconstruction(), name: name, in: folder.networks)
    var settings = SamplerSettings()
    evaluation.sampling.apply(to: &settings)
    let networks = try SweepNetworks(
      main: .training(training), guides: gnet.map { [.network(try EDM2Network($0))] } ?? [],
      labels: [], intervals: [], settings: settings)
    let grid = SweepGrid(
      guidance: [guidance ?? 1], ema: outstd.lengths, guides: networks.guides.map { _ in .none })
    let evaluator = try Evaluator(evaluation)
    try folder.make()
    let sweep = try SweepRun(
      networks, grid, evaluator, reference: reference, folder: folder, isDry: false,
      isQuiet: evaluation.output.quiet)
    return (sweep, seeds)
  }

  @inline(never)
  private func show(_ report: SweepReport) throws {
    if let plot { try SweepFigures(report).curves.drawing().write(to: plot) }
    if evaluation.output.json { return try Console.print(json: report) }
    try Console.print(report.table)
    for path in [plot].compactMap(\.self) + SweepFolder(path: outdir).files(of: report) {
      try Console.print(path)
    }
  }
}
