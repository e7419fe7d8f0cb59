import COpenCL

/// Something enqueued whose end can be waited for.
@safe final class Event {
  private let handle: cl_event

  /// Takes over the event that a call named `function` made.
  init(_ handle: cl_event?, of function: String) throws(OpenCLError) {
    guard let handle = unsafe handle else {
      throw OpenCLError(status: CL_INVALID_EVENT, function: function)
    }
    unsafe self.handle = handle
  }

  deinit { unsafe clReleaseEvent(handle) }

  /// Waits until it is done.
  func wait() throws(OpenCLError) {
    var event: cl_event? = unsafe handle
    try unsafe check(clWaitForEvents(1, &event), "clWaitForEvents")
  }

  /// Seconds on the device, from the start of the first item to the end of the last.
  ///
  /// - Precondition: it is done, and was enqueued on a ``ProfilingQueue``.
  func seconds() throws(OpenCLError) -> Double {
    Double(try time(CL_PROFILING_COMMAND_END) - time(CL_PROFILING_COMMAND_START)) * 1e-9
  }

  /// A time of the device in nanoseconds.
  private func time(_ what: Int32) throws(OpenCLError) -> cl_ulong {
    var time: cl_ulong = 0
    try unsafe check(
      clGetEventProfilingInfo(handle, UInt32(what), MemoryLayout<cl_ulong>.size, &time, nil),
      "clGetEventProfilingInfo")
    return time
  }
}
