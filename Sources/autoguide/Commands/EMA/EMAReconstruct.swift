import ArgumentParser
import Foundation
import GuidedDiffusion

struct EMAReconstruct: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconstruct",
    abstract: "Reconstruct averages of any length from a training's snapshots.",
    discussion: """
      Reads the snapshots of one training (.pkl or .safetensors), usually two average lengths at \
      many times, and writes a network per length in --outstd.

      EXAMPLES:
        autoguide ema reconstruct --indir raw-snapshots/edm2-img512-xs --outdir out --outstd 0.150
        autoguide ema reconstruct --indir RUN --outdir out --outstd 0.010,0.015,...,0.250
      """)

  @Option(
    help: ArgumentHelp("Folder of the snapshots.", valueName: "dir"),
    completion: .directory)
  var indir: String

  @Option(
    help: ArgumentHelp("Only snapshots whose names start so.", valueName: "text"))
  var inprefix: String?

  @Option(
    help: ArgumentHelp("Only snapshots of these average lengths.", valueName: "list"))
  var instd: AverageLengths?

  @Option(
    help: ArgumentHelp("Folder for the networks; made if missing.", valueName: "dir"),
    completion: .directory)
  var outdir: String

  @Option(help: ArgumentHelp("Start of the networks' names.", valueName: "text"))
  var outprefix = "phema"

  @Option(
    help: ArgumentHelp(
      "Average lengths to make, relative standard deviations: 0.05,0.10 or 0.01,0.02,...,0.25.",
      valueName: "list"))
  var outstd: AverageLengths

  @Option(
    help: ArgumentHelp(
      "Time to make them at, a snapshot's. (default: the last)", valueName: "kimg"))
  var outkimg: Int?

  @Flag(help: "Leave networks that are there already.")
  var skip = false

  @Option(help: ArgumentHelp("Networks to make in one pass.", valueName: "n"))
  var batch = 8

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard batch > 0 else { throw ValidationError("--batch is \(batch): at least 1") }
    if let outkimg, outkimg < 1 {
      throw ValidationError("--outkimg is \(outkimg): at least 1")
    }
  }

  func run() throws {
    let snapshots = try Snapshot.list(indir, prefix: inprefix, averages: instd?.values)
    let reconstruction = try EMAReconstruction(snapshots, kimg: outkimg)
    let wanted = outputs(of: reconstruction)
    let missing = wanted.filter { !skip || !isRegularFile($0.path) }
    if let first = missing.first { try checkWritable(first.path) }
    try reconstruction.run(missing, batch: batch, isQuiet: output.quiet)
    if output.json { return try Console.print(json: wanted.map { ["file": $0.path] }) }
    for output in wanted { try Console.print(output.path) }
  }

  private func outputs(of reconstruction: EMAReconstruction) -> [EMAReconstruction.Output] {
    outstd.values.map {
      let name = SnapshotName(prefix: outprefix, kimg: reconstruction.kimg, average: $0)
      let folder = URL(fileURLWithPath: outdir)
      return EMAReconstruction.Output(
        average: $0, path: folder.appendingPathComponent(name.fileName).relativePath)
    }
  }
}
