import COpenCL

/// Memory of the host through which data go from one device to another without waiting.
@safe final class HostMemory {
  private let bytes: UnsafeMutableRawPointer
  private let size: Int

  /// Whose copies may be under way.
  private let contexts: [Context]

  /// Memory for copies from and to buffers of some contexts.
  init(size: Int, for contexts: [Context]) {
    unsafe bytes = .allocate(byteCount: max(size, 1), alignment: 64)
    self.size = size
    self.contexts = contexts
  }

  deinit {
    // After an error copies may still be under way; a device that fails has none.
    for context in contexts { try? context.finish() }
    unsafe bytes.deallocate()
  }

  /// Enqueues a copy of the first `count` bytes of a buffer to `offset`, without waiting.
  func read(_ count: Int, of buffer: Buffer, to offset: Int = 0) throws(OpenCLError) -> Event {
    precondition(count <= buffer.size && offset + count <= size, "\(count) bytes to read")
    var event: cl_event?
    try unsafe check(
      clEnqueueReadBuffer(
        buffer.context.queue, buffer.handle, cl_bool(CL_FALSE), 0, count,
        bytes.advanced(by: offset), 0, nil, &event),
      "clEnqueueReadBuffer")
    return try unsafe Event(event, of: "clEnqueueReadBuffer")
  }

  /// Enqueues a copy of `count` bytes from `offset` to the start of a buffer, without waiting.
  ///
  /// Until it is done, nothing else may be copied there.
  func write(_ count: Int, from offset: Int = 0, to buffer: Buffer) throws(OpenCLError) {
    precondition(count <= buffer.size && offset + count <= size, "\(count) bytes to write")
    try unsafe check(
      clEnqueueWriteBuffer(
        buffer.context.queue, buffer.handle, cl_bool(CL_FALSE), 0, count,
        bytes.advanced(by: offset), 0, nil, nil),
      "clEnqueueWriteBuffer")
  }
}
