import ArgumentParser
import Foundation
import GuidedDiffusion

extension Accuracy: ExpressibleByArgument {}

/// How networks are compiled for an OpenCL device.
struct CompilationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Bound on the error of one convolution: 2e-4 of the result, or 2e-5 if strict."))
  var accuracy = Accuracy.standard

  @Flag(help: "Use the algorithms that 'autoguide tune' found for this device.")
  var tuned = false

  @Option(
    help: ArgumentHelp(
      "Memory for the networks' prepared weights; larger weights go to slower algorithms. "
        + "(default: 60 % of what is free)", valueName: "GB"))
  var memory: Double?

  func validate() throws {
    if let memory, !(memory > 0) { throw ValidationError("--memory is \(memory): give gigabytes") }
  }

  /// The options for a device; preparing large weights is reported unless `quiet`.
  func options(for device: ComputeDevice, quiet: Bool) throws -> OpenCLOptions {
    OpenCLOptions(
      table: try table(for: device), weightBudget: memory.map { Int($0 * 1e9) },
      progress: quiet ? nil : WeightProgress().update)
  }

  private func table(for device: ComputeDevice) throws -> AlgorithmTable {
    guard tuned, case .openCL(let device) = device else { return .cpu(accuracy) }
    guard let table = TuningFile(for: device).table(accuracy) else {
      throw SettingsError(
        "nothing is tuned for \(device.name) at this accuracy: run 'autoguide tune' first")
    }
    return table
  }
}
