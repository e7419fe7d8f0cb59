import Testing

@testable import GuidedDiffusion

/// Everything that opens an OpenCL device; runs one test at a time.
@Suite(.serialized) enum OnDevice {
  /// The first device, opened once.
  static func context() throws -> Context {
    if let shared = unsafe shared { return shared }
    let devices = try OpenCLDevice.all()
    let context = try Context(#require(devices.first, "no OpenCL device"))
    unsafe shared = context
    return context
  }

  nonisolated(unsafe) private static var shared: Context?
}
