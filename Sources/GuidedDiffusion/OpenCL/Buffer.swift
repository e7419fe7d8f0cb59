import COpenCL

/// A range of device memory: an allocation, or a part of one that it keeps alive.
@safe package final class Buffer {
  let handle: cl_mem
  let context: Context

  /// Size in bytes.
  let size: Int

  private let parent: Buffer?

  /// Allocates `size` bytes of device memory.
  ///
  /// pocl hands out more than it has, which ends the process: the sum is checked here.
  init(size: Int, on context: Context) throws(OpenCLError) {
    let device = context.device
    guard size <= device.largestAllocation, context.allocated + size <= device.globalMemory else {
      throw OpenCLError(
        status: CL_MEM_OBJECT_ALLOCATION_FAILURE, function: "clCreateBuffer",
        detail: "\(size >> 20) MiB beside \(context.allocated >> 20) MiB in use; the device has"
          + " \(device.globalMemory >> 20) MiB, \(device.largestAllocation >> 20) MiB at once")
    }
    unsafe handle = try create("clCreateBuffer") {
      unsafe clCreateBuffer(
        context.handle, cl_mem_flags(CL_MEM_READ_WRITE), max(size, 1), nil, $0)
    }
    self.context = context
    self.size = size
    parent = nil
    context.allocated += size
  }

  /// The part of `parent` at `offset`, a multiple of the device's sub-buffer alignment.
  init(_ parent: Buffer, offset: Int, size: Int) throws(OpenCLError) {
    precondition(offset >= 0 && offset + size <= parent.size, "a part beyond its buffer")
    var region = cl_buffer_region(origin: offset, size: max(size, 1))
    unsafe handle = try create("clCreateSubBuffer") {
      unsafe clCreateSubBuffer(
        parent.handle, cl_mem_flags(CL_MEM_READ_WRITE),
        cl_buffer_create_type(CL_BUFFER_CREATE_TYPE_REGION), &region, $0)
    }
    context = parent.context
    self.size = size
    self.parent = parent
  }

  deinit {
    unsafe clReleaseMemObject(handle)
    if parent == nil { context.allocated -= size }
  }
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
    precondition(count * stride <= size, "\(count) elements in \(size) bytes")
    if count == 0 { return }
    try unsafe check(
      clEnqueueFillBuffer(
        context.queue, handle, &value, stride, 0, count * stride, 0, nil, nil),
      "clEnqueueFillBuffer")
  }
}
