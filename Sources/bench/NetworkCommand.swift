import ArgumentParser
import Foundation
import GuidedDiffusion

/// One forward pass of a network.
struct NetworkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network", abstract: "Time a forward pass of one network.")

  @Argument(help: "A published name such as edm2-img512-xs (random weights), or a file.")
  var network: String

  @Option(help: "Batch sizes, separated by commas.")
  var batch = "1"

  @Flag(help: "Print time and share of each kind of launch.")
  var profile = false

  @OptionGroup var options: DeviceOptions

  func run() throws {
    let context = try options.context()
    let network = try NetworkSource(network).network
    for batch in try batches() {
      let executable = try OpenCLExecutable(
        compiling: network.graph, parameters: network.parameters, outputs: ["raw"],
        capacity: batch, table: .cpu(options.accuracy), on: context)
      let operations = 2 * Double(executable.multiplyAdds * batch)
      let measurement = try Measurement(
        repeats: options.repeats, operations: operations, on: context
      ) { try executable.runOnly(batch: batch) }
      try Report(self.network, batch: batch, measurement, on: context.device)
        .show(json: options.json)
      if profile { try show(executable, batch: batch, peak: measurement.peak) }
    }
  }

  private func batches() throws -> [Int] {
    try batch.split(separator: ",").map {
      guard let size = Int($0), size > 0 else {
        throw ValidationError("--batch has \($0): give sizes such as 1,2,4")
      }
      return size
    }
  }

  /// Prints the launches, equal ones together, the longest first.
  private func show(_ executable: OpenCLExecutable, batch: Int, peak: Double) throws {
    let runs = try (0..<5).map { _ in try executable.profile(batch: batch) }
    var totals: [String: (seconds: Double, operations: Double, count: Int)] = [:]
    for index in runs[0].indices {
      let launch = runs[0][index]
      let times = runs.map { $0[index].seconds }.sorted()
      var total = totals["\(launch.kernel) \(launch.label)"] ?? (0, 0, 0)
      total.seconds += times[times.count / 2]
      total.operations += 2 * Double(launch.multiplyAdds)
      total.count += 1
      totals["\(launch.kernel) \(launch.label)"] = total
    }
    let sum = totals.values.map(\.seconds).reduce(0, +)
    for (name, total) in totals.sorted(by: { $0.value.seconds > $1.value.seconds }) {
      let share = 100 * total.seconds / sum
      let ratio =
        total.operations == 0
        ? "" : String(format: "%6.2fx peak", total.operations / total.seconds / peak)
      print(
        String(
          format: "%8.2f ms %5.1f %% %4d  ", total.seconds * 1e3, share, total.count)
          + name + ratio)
    }
    print(String(format: "%8.2f ms in %d launches", sum * 1e3, runs[0].count))
  }
}
