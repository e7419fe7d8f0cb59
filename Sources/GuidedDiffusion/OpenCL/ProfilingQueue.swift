import COpenCL

/// An in-order queue that measures what runs on it.
@safe struct ProfilingQueue: ~Copyable {
  let handle: cl_command_queue

  init(on context: Context) throws(OpenCLError) {
    var properties = [
      cl_queue_properties(CL_QUEUE_PROPERTIES), cl_queue_properties(CL_QUEUE_PROFILING_ENABLE), 0,
    ]
    unsafe handle = try create("clCreateCommandQueueWithProperties") {
      unsafe clCreateCommandQueueWithProperties(
        context.handle, context.device.handle, &properties, $0)
    }
  }

  deinit { unsafe clReleaseCommandQueue(handle) }
  /// Waits until everything enqueued is done.
  func finish() throws(OpenCLError) { try unsafe check(clFinish(handle), "clFinish") }
}

/// A launch on a ``ProfilingQueue``.
@safe final class Event {
  private let handle: cl_event

  init(handle: cl_event) { unsafe self.handle = handle }

  deinit { unsafe clReleaseEvent(handle) }

  /// Seconds on the device, from the start of the first item to the end of the last.
  ///
  /// - Precondition: the launch is done.
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
