import COpenCL

/// A range of device memory: an allocation, or a part of one that it keeps alive.
@safe final class Buffer {
  let handle: cl_mem
  let context: Context

  /// Size in bytes.
  let size: Int

  private let parent: Buffer?

  /// Allocates `size` bytes of device memory.
  init(size: Int, on context: Context) throws(OpenCLError) {
    unsafe handle = try create("clCreateBuffer") {
      unsafe clCreateBuffer(
        context.handle, cl_mem_flags(CL_MEM_READ_WRITE), max(size, 64), nil, $0)
    }
    self.context = context
    self.size = size
    parent = nil
  }

  /// The part of `parent` at `offset`, a multiple of the device's sub-buffer alignment.
  init(_ parent: Buffer, offset: Int, size: Int) throws(OpenCLError) {
    precondition(offset >= 0 && offset + size <= max(parent.size, 64), "a part beyond its buffer")
    var region = cl_buffer_region(origin: offset, size: max(size, 64))
    unsafe handle = try create("clCreateSubBuffer") {
      unsafe clCreateSubBuffer(
        parent.handle, cl_mem_flags(CL_MEM_READ_WRITE),
        cl_buffer_create_type(CL_BUFFER_CREATE_TYPE_REGION), &region, $0)
    }
    context = parent.context
    self.size = size
    self.parent = parent
  }

  deinit { unsafe clReleaseMemObject(handle) }
}

extension Buffer {
  /// Allocates memory for `elements` and copies them there.
  convenience init<Element: BitwiseCopyable>(
    _ elements: [Element], on context: Context
  ) throws(OpenCLError) {
    try self.init(size: elements.count * MemoryLayout<Element>.stride, on: context)
    try write(elements)
  }

  /// Waits for the queue and copies `elements` to the start of the buffer.
  func write<Element: BitwiseCopyable>(_ elements: [Element]) throws(OpenCLError) {
    let bytes = elements.count * MemoryLayout<Element>.stride
    precondition(bytes <= size, "\(bytes) bytes into a buffer of \(size)")
    if bytes == 0 { return }
    var elements = elements
    try unsafe check(
      clEnqueueWriteBuffer(
        context.queue, handle, cl_bool(CL_TRUE), 0, bytes, &elements, 0, nil, nil),
      "clEnqueueWriteBuffer")
  }

  /// Waits for the queue and copies the first `count` elements to the host.
  func read<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(
    _ count: Int, as type: Element.Type
  ) throws(OpenCLError) -> [Element] {
    let bytes = count * MemoryLayout<Element>.stride
    precondition(bytes <= size, "\(bytes) bytes from a buffer of \(size)")
    var elements = [Element](repeating: 0, count: count)
    if bytes == 0 { return elements }
    try unsafe check(
      clEnqueueReadBuffer(
        context.queue, handle, cl_bool(CL_TRUE), 0, bytes, &elements, 0, nil, nil),
      "clEnqueueReadBuffer")
    return elements
  }

  /// Enqueues `elements[i] = value` for the first `count` elements, without waiting.
  func fill<Element: BitwiseCopyable>(_ value: Element, count: Int) throws(OpenCLError) {
    var value = value
    let stride = MemoryLayout<Element>.stride
    precondition(count * stride <= max(size, 64), "\(count) elements in \(size) bytes")
    if count == 0 { return }
    try unsafe check(
      clEnqueueFillBuffer(
        context.queue, handle, &value, stride, 0, count * stride, 0, nil, nil),
      "clEnqueueFillBuffer")
  }
}
