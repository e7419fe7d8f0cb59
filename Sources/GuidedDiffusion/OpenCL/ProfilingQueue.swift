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
