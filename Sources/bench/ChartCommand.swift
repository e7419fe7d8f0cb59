import ArgumentParser
import Foundation
import GuidedDiffusion

/// Draws what `scripts/compare-pytorch --json` printed.
struct ChartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chart", abstract: "Draw the figures of scripts/compare-pytorch --json as SVG.")

  @Argument(help: "Files of JSON objects, one a line.", completion: .file())
  var runs: [String]

  @Option(help: "The picture to write.", completion: .file(extensions: ["svg"]))
  var output: String

  func run() throws {
    var rows: [ComparedRow] = []
    for file in runs {
      guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
        throw StoredRunError(file: file, reason: "cannot be read")
      }
      for (index, line) in text.split(separator: "\n").enumerated() {
        guard let row = try? JSONDecoder().decode(ComparedRow.self, from: Data(line.utf8)) else {
          throw StoredRunError(
            file: file,
            reason: "line \(index + 1) is not what scripts/compare-pytorch prints with --json")
        }
        rows.append(row)
      }
    }
    if rows.isEmpty { throw StoredRunError(file: runs[0], reason: "is empty") }
    try AtomicFile.write(Array(SpeedChart(rows: rows).svg.utf8), to: output)
    Output.write(output)
  }
}

/// One contestant of `scripts/compare-pytorch`.
struct ComparedRow: Decodable {
  let what: String
  let batch: Int
  let name: String
  let device: String
  let medianSeconds: Double
  let peakGflops: Double
  let speedup: Double
  let imagesPerSecond: Double?

  enum CodingKeys: String, CodingKey {
    case what, batch, name, device, speedup
    case medianSeconds = "median_seconds"
    case peakGflops = "peak_gflops"
    case imagesPerSecond = "images_per_second"
  }
}
