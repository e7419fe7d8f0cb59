import ArgumentParser
import Foundation
import GuidedDiffusion

struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a network as one self-contained safetensors file.",
    discussion: """
      The file holds weights and configuration; every command accepts it in the place of the \
      original. No number is changed; a licence and the names of the classes may be added.
      """)

  @Argument(help: "A published snapshot (.pkl) or a converted file.", completion: .file())
  var input: String

  @Argument(help: "The file to write.", completion: .file(extensions: ["safetensors"]))
  var result: String

  @Option(help: ArgumentHelp("Under which terms the weights may be used.", valueName: "text"))
  var licence: String?

  @Option(
    name: .customLong("class-names"),
    help: ArgumentHelp(
      "Names of all classes in their order, separated by commas.", valueName: "list"))
  var classNames: String?

  @Flag(help: "Replace the file if it exists.")
  var overwrite = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    var network = try EDM2Network(input)
    if let licence { network.licence = licence }
    if let classNames {
      let names = classNames.split(separator: ",", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      let classes = network.configuration.labelCount
      guard names.count == classes, !names.contains("") else {
        throw SettingsError("--class-names has \(names.count) names for \(classes) classes")
      }
      network.classNames = names
    }
    if !overwrite { try refuseExisting(result) }
    try network.write(to: result)
    if output.json {
      return try Console.print(json: ["file": result, "sha256": network.sha256])
    }
    try Console.print(result)
  }
}
