import ArgumentParser
import Foundation
import GuidedDiffusion

extension KernelClass: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}

/// One forward pass of a network.
struct NetworkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network", abstract: "Time a forward pass of one network.",
    discussion: "From x, sigma and class on the host to the denoised image on the host.")

  @Argument(help: "A published name such as edm2-img512-xs (random weights), or a file.")
  var network: String

  @Option(help: "Batch sizes, separated by commas.")
  var batch = BatchSizes([1])

  @Option(help: "Kernels for CPUs or for GPUs: cpu or gpu. (default: those for the device)")
  var kernels: KernelClass?

  @Option(help: "single, or half with kernels for GPUs. (default: half with these, else single)")
  var precision: Precision?

  @OptionGroup var pass: PassOptions

  func validate() throws {
    try pass.check(batch)
  }

  private func options(for device: OpenCLDevice) throws -> OpenCLOptions {
    let options = OpenCLOptions(
      table: .cpu(pass.device.accuracy), kernels: kernels, precision: precision
    ).resolved(for: device)
    guard options.precision == .single || options.kernels == .gpu else {
      throw ValidationError("--precision half needs --kernels gpu")
    }
    return options
  }

  func run() async throws {
    let context = try pass.device.context()
    let options = try options(for: context.device)
    let source = try NetworkSource(network).network
    for batch in batch.sizes {
      let executable = try OpenCLExecutable(
        compiling: source.graph, parameters: source.parameters, outputs: ["denoised"],
        capacity: batch, options: options, on: context, isolated: false)
      let inputs = source.exampleInputs(batch: batch)
      let subject = Subject(
        name: network, batch: batch,
        operations: 2 * Double(executable.multiplyAdds * batch)
      ) { _ = try executable.run(inputs) }
      try await pass.measure(subject, executable, on: context)
    }
  }
}

/// Batch sizes as a list with commas.
struct BatchSizes: ExpressibleByArgument {
  let sizes: [Int]

  init(_ sizes: [Int]) { self.sizes = sizes }

  init?(argument: String) {
    let sizes = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !sizes.isEmpty, sizes.allSatisfy({ $0 ?? 0 > 0 }) else { return nil }
    self.sizes = sizes.compactMap(\.self)
  }

  var defaultValueDescription: String { sizes.map(String.init).joined(separator: ",") }
}

extension OpenCLExecutable {
  /// Prints the launches, equal ones together, the longest first; with the seconds of a `whole`
  /// pass also what those are beyond the launches.
  func showProfile(batch: Int, peak: Double, whole: Double? = nil) throws {
    let runs = try (0..<5).map { _ in try profile(batch: batch) }
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
    let rest = whole.map { String(format: "; a whole pass takes %.2f ms", $0 * 1e3) } ?? ""
    print(String(format: "%8.2f ms in %d launches", sum * 1e3, runs[0].count) + rest)
  }
}
