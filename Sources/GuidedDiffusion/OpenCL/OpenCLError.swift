import COpenCL

/// An OpenCL call that did not return `CL_SUCCESS`.
public struct OpenCLError: Error, Hashable, Sendable {
  /// The raw status, for example `-5` for `CL_OUT_OF_RESOURCES`.
  public let status: Int32

  /// The C function that failed.
  public let function: String

  /// What the driver said, for example the build log of a kernel.
  public var detail: String = ""

  /// Whether a smaller batch may succeed.
  public var isOutOfMemory: Bool {
    [
      CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_OUT_OF_RESOURCES, CL_OUT_OF_HOST_MEMORY,
      CL_INVALID_BUFFER_SIZE,
    ].contains(status)
  }
}

extension OpenCLError: CustomStringConvertible {
  /// One line: the function, the status by name, and the detail.
  public var description: String {
    let name = Self.names[status] ?? "status \(status)"
    return "\(function): \(name)" + (detail.isEmpty ? "" : " (\(detail))")
  }

  private static let names: [Int32: String] = [
    CL_DEVICE_NOT_FOUND: "no device found",
    CL_DEVICE_NOT_AVAILABLE: "the device is not available",
    CL_COMPILER_NOT_AVAILABLE: "the device has no compiler",
    CL_MEM_OBJECT_ALLOCATION_FAILURE: "the device is out of memory",
    CL_OUT_OF_RESOURCES: "the device is out of resources",
    CL_OUT_OF_HOST_MEMORY: "out of host memory",
    CL_BUILD_PROGRAM_FAILURE: "the kernel does not compile",
    CL_INVALID_BUFFER_SIZE: "the buffer is too large for the device",
    CL_INVALID_ARG_SIZE: "wrong size of a kernel argument",
    CL_INVALID_KERNEL_ARGS: "a kernel argument is not set",
    CL_INVALID_WORK_GROUP_SIZE: "wrong work-group size",
    -1001: "no OpenCL platform is installed",
  ]
}

/// Throws unless `status` is `CL_SUCCESS`.
func check(_ status: Int32, _ function: String) throws(OpenCLError) {
  guard status == CL_SUCCESS else { throw OpenCLError(status: status, function: function) }
}

/// Runs a `clCreate…` call and returns the handle that it hands over.
func create<Handle>(
  _ function: String, _ body: (UnsafeMutablePointer<Int32>) -> Handle?
) throws(OpenCLError) -> Handle {
  var status = CL_SUCCESS
  let handle = unsafe body(&status)
  guard status == CL_SUCCESS, let handle else {
    throw OpenCLError(status: status, function: function)
  }
  return handle
}
