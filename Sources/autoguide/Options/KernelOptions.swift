import ArgumentParser
import GuidedDiffusion

extension KernelClass: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}

/// Which kernels draw images on an OpenCL device, and how they store numbers.
struct KernelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Kernels of the networks that draw: made for CPUs or for graphics cards. Both run on every "
        + "device. (default: those for the device)"))
  var kernels: KernelClass?

  @Option(
    help: ArgumentHelp(
      "How these networks store numbers: half needs kernels for graphics cards. (default: half "
        + "with these, else single)"))
  var precision: Precision?

  /// The library's options with the kernels asked for.
  ///
  /// - Parameters:
  ///   - compilation: the options otherwise.
  ///   - device: that draws.
  ///   - isQuiet: whether nothing is to be said about the preparation of weights.
  /// - Returns: how to lower and build networks that draw.
  /// - Throws: ``SettingsError`` if the kernels do not go with the device or the precision; what is
  ///   wrong with `compilation`.
  func options(
    _ compilation: CompilationOptions, for device: ComputeDevice, quiet isQuiet: Bool
  ) throws -> OpenCLOptions {
    var options = try compilation.options(for: device, quiet: isQuiet)
    (options.kernels, options.precision) = (kernels, precision)
    switch device {
    case .fallback:
      guard kernels == nil, precision != .half else {
        throw SettingsError(
          "--kernels and --precision half need an OpenCL device: see 'autoguide devices'")
      }
    case .openCL(let device):
      guard precision != .half || options.kernels(on: device) == .gpu else {
        throw SettingsError("--precision half needs --kernels gpu")
      }
    }
    return options
  }
}
