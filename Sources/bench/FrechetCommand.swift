import ArgumentParser
import Foundation
import GuidedDiffusion

/// The Fréchet distance of two files of statistics.
struct FrechetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "frechet", abstract: "Time the Fréchet distance between two files of statistics.",
    discussion: "Without reading the files.")

  @Argument(help: "Statistics, for example NumPy archives of mu and sigma.")
  var files: [String]

  @Option(help: "Number of runs.")
  var repeats = 3

  @Flag(help: "Print nothing but the seconds and the distance.")
  var plain = false

  func validate() throws {
    guard files.count == 2 else { throw ValidationError("name two files of statistics") }
    guard 1...1000 ~= repeats else { throw ValidationError("--repeats is \(repeats): 1 to 1000") }
  }

  func run() async throws {
    let gaussians = try files.map { try FeatureGaussian.read($0).gaussian }
    guard gaussians[0].width == gaussians[1].width else {
      throw ValidationError("\(gaussians[0].width) and \(gaussians[1].width) features")
    }
    var (seconds, distance) = ([Double](), 0.0)
    for _ in 0...repeats {
      seconds.append(
        try await time { distance = try gaussians[0].frechetDistance(to: gaussians[1]) })
    }
    // The first run does not count.
    let median = seconds.dropFirst().sorted()[repeats / 2]
    print(
      plain
        ? "\(median) \(distance)"
        : String(
          format: "Fréchet distance of %d features  %.3f s  distance %.6g", gaussians[0].width,
          median, distance))
  }
}
