import COpenCL
import Synchronization

/// One device with its context and one in-order queue.
///
/// A context has one owner: use it from one thread at a time. pocl's first use is not
/// thread-safe, so contexts are opened one after the other, whoever asks.
@safe public final class Context {
  /// The device.
  public let device: OpenCLDevice

  let handle: cl_context
  let queue: cl_command_queue

  /// Bytes of device memory in use by this context's buffers.
  public internal(set) var allocated = 0

  var programs: [Program.Key: Program] = [:]

  /// Held while a context is opened.
  private static let opening = Mutex(())

  /// Opens `device`.
  public convenience init(_ device: OpenCLDevice) throws(OpenCLError) {
    let opened = try unsafe Self.opening.withLock { _ throws(OpenCLError) in
      try unsafe Self.open(device)
    }
    unsafe self.init(device, opened.handle, opened.queue)
  }

  private init(_ device: OpenCLDevice, _ handle: cl_context, _ queue: cl_command_queue) {
    self.device = device
    unsafe self.handle = handle
    unsafe self.queue = queue
  }

  private static func open(
    _ device: OpenCLDevice
  ) throws(OpenCLError) -> (handle: cl_context, queue: cl_command_queue) {
    var list: cl_device_id? = unsafe device.handle
    let handle = try unsafe create("clCreateContext") {
      unsafe clCreateContext(nil, 1, &list, nil, nil, $0)
    }
    do throws(OpenCLError) {
      let queue = try unsafe create("clCreateCommandQueueWithProperties") {
        unsafe clCreateCommandQueueWithProperties(handle, device.handle, nil, $0)
      }
      return unsafe (handle, queue)
    } catch {
      unsafe clReleaseContext(handle)
      throw error
    }
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
