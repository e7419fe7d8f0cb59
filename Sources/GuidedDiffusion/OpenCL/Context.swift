import COpenCL

/// One device with its context and one in-order queue.
///
/// A context has one owner: use it from one thread at a time. pocl's first use is not
/// thread-safe, so a process opens its contexts one after the other.
@safe public final class Context {
  /// The device.
  public let device: OpenCLDevice

  let handle: cl_context
  let queue: cl_command_queue

  /// Bytes of device memory in use by this context's buffers.
  public internal(set) var allocated = 0

  var programs: [Program.Key: Program] = [:]

  /// Opens `device`.
  public init(_ device: OpenCLDevice) throws(OpenCLError) {
    var list: cl_device_id? = unsafe device.handle
    let handle = try unsafe create("clCreateContext") {
      unsafe clCreateContext(nil, 1, &list, nil, nil, $0)
    }
    do throws(OpenCLError) {
      unsafe queue = try create("clCreateCommandQueueWithProperties") {
        unsafe clCreateCommandQueueWithProperties(handle, device.handle, nil, $0)
      }
    } catch {
      unsafe clReleaseContext(handle)
      throw error
    }
    self.device = device
    unsafe self.handle = handle
  }

  deinit {
    programs = [:]
    unsafe clReleaseCommandQueue(queue)
    unsafe clReleaseContext(handle)
  }

  /// Hands everything enqueued to the device without waiting.
  func flush() throws(OpenCLError) { try unsafe check(clFlush(queue), "clFlush") }

  /// Waits until everything enqueued is done.
  public func finish() throws(OpenCLError) { try unsafe check(clFinish(queue), "clFinish") }
}
