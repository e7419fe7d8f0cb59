import ArgumentParser
import GuidedDiffusion

struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Describe a network: configuration, size, cost, memory.",
    discussion: """
      Reads published snapshots (.pkl), torch archives (.pt, .pth) and safetensors files. Without \
      a file it describes the built-in pair.
      """)

  @Argument(help: "Network files.", completion: .file())
  var files: [String] = []

  @Flag(help: "List every tensor: name, type, shape. Works for any checkpoint.")
  var tensors = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    if tensors { return try listTensors() }
    let networks =
      if files.isEmpty {
        try [EDM2Network.embedded.main, EDM2Network.embedded.guide].map { ($0, "embedded") }
      } else {
        try files.map { (try EDM2Network($0), try Checkpoint.open($0).kind.rawValue) }
      }
    let descriptions = networks.map { NetworkDescription($0, kind: $1) }
    if output.json { return try Console.print(json: descriptions) }
    try Console.print(descriptions.map(\.text).joined(separator: "\n\n"))
  }

  private func listTensors() throws {
    guard !files.isEmpty else { throw ValidationError("--tensors: name a file") }
    let rows = try files.flatMap { file in
      try Checkpoint.open(file).tensors.map { name, tensor in
        TensorDescription(
          name: name, type: tensor.type.rawValue, shape: tensor.shape, bytes: tensor.byteCount)
      }
    }
    if output.json { return try Console.print(json: rows) }
    for row in rows { try Console.print("\(row.name)  \(row.type) \(row.shape)") }
  }

  private struct TensorDescription: Encodable {
    var name: String
    var type: String
    var shape: [Int]
    var bytes: Int
  }
}
