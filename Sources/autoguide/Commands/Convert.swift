import ArgumentParser
import GuidedDiffusion

struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a network as one self-contained safetensors file.",
    discussion: """
      The file holds weights and configuration; every command accepts it in the place of the \
      original. No number is changed.
      """)

  @Argument(help: "A published snapshot (.pkl) or a converted file.", completion: .file())
  var input: String

  @Argument(help: "The file to write.", completion: .file(extensions: ["safetensors"]))
  var result: String

  @Flag(help: "Replace the file if it exists.")
  var overwrite = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let network = try EDM2Network(input)
    if !overwrite { try refuseExisting(result) }
    try network.write(to: result)
    if output.json {
      return try Console.print(json: ["file": result, "sha256": network.sha256])
    }
    try Console.print(result)
  }
}
