import Foundation
import GuidedDiffusion
import KernelCases

/// Runs every kernel case on the first OpenCL device and prints one line for each.
///
/// Meant for simulators that check memory accesses, `oclgrind --check-api --data-races
/// --local-mem-size 131072`, and for runtimes that the tests do not open:
///
///     conformance [PART OF A NAME]   the cases whose name contains it
///     conformance --broken FILE.cl   a kernel that writes past its buffer: must be reported
///     conformance --ptx FILE.ptx     the program with wgmma in place of its markers (scripts/check-ptx)
///
/// Exit code 1 if a case fails.
@main
struct Conformance {
  static func main() throws {
    var arguments = CommandLine.arguments.dropFirst()
    if arguments.first == "--ptx", let path = arguments.dropFirst().first {
      let program = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
      return FileHandle.standardOutput.write(Data(try PTXRewriting.rewritten(program).dropLast()))
    }
    guard let device = try OpenCLDevice.all().first else {
      print("no OpenCL device")
      exit(1)
    }
    let context = try Context(device)
    print("device \(device.name)")
    if arguments.first == "--broken", let path = arguments.dropFirst().first {
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try context.runAlone(KernelSource(name: "broken", text: text), elements: 16, items: 17)
      return
    }
    let wanted = arguments.popFirst() ?? ""
    var failures = 0
    func report(_ name: String, _ error: Double, tolerance: Double) {
      let passed = error <= tolerance
      if !passed { failures += 1 }
      print(passed ? "ok    " : "FAILED", name, error)
    }
    for item in KernelCase.all + KernelCase.simulatedOnGPU
    where wanted.isEmpty || item.name.contains(wanted) {
      report(item.name, try item.error(on: context), tolerance: item.tolerance)
    }
    for item in GuidanceCase.all where wanted.isEmpty || item.description.contains(wanted) {
      report(item.description, try item.error(on: context), tolerance: 2e-5)
    }
    let products =
      device.name.hasPrefix("Oclgrind") ? GPUConvolutionCase.simulated : GPUConvolutionCase.all
    for item in products where wanted.isEmpty || item.description.contains(wanted) {
      report(item.description, try item.error(on: context), tolerance: item.tolerance)
    }
    let choice = EngineChoice.engine(of: device)
    print("matrix products: \(choice)")
    for item in GPUConvolutionCase.matrixEngine(choice.engine)
    where wanted.isEmpty || item.description.contains(wanted) {
      report(item.description, try item.error(on: context), tolerance: item.tolerance)
    }
    print("\(failures) failures")
    if failures > 0 { exit(1) }
  }
}
