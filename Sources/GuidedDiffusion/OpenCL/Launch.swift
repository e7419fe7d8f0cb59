import COpenCL

/// One kernel with all its arguments, enqueued as often as wanted.
///
/// Arguments are set once; only those that depend on the batch size are set again when it
/// changes.
@safe final class Launch {
  /// Name of the kernel.
  let name: String

  /// What it computes, for profiles: for example a convolution's shape.
  let label: String

  /// Multiply-adds for one image, counted as direct convolution.
  let multiplyAdds: Int

  private let kernel: cl_kernel
  private let program: Program
  private let buffers: [Buffer]
  private let scaled: [(index: Int, factor: Int)]
  private let size: (Int) -> [Int]
  private let local: [Int]?
  private var batch = 0
  private var global: [Int] = []

  /// Sets the arguments, in the order of the kernel's parameters; `size` gives the numbers of
  /// work-items (at most three axes) for a batch size, multiples of `local`: the size of a
  /// work-group, nil for groups of one.
  init(
    _ name: String, of program: Program, _ arguments: [Argument], label: String = "",
    multiplyAdds: Int = 0, local: [Int]? = nil, size: @escaping (Int) -> [Int]
  ) throws(OpenCLError) {
    self.name = name
    self.label = label
    self.multiplyAdds = multiplyAdds
    self.program = program
    self.local = local
    self.size = size
    unsafe kernel = try unsafe create("clCreateKernel") {
      unsafe clCreateKernel(program.handle, name, $0)
    }
    buffers = arguments.compactMap { if case .buffer(let buffer) = $0 { buffer } else { nil } }
    scaled = arguments.enumerated().compactMap { index, argument in
      if case .perImage(let factor) = argument { (index, factor) } else { nil }
    }
    for (index, argument) in arguments.enumerated() { try set(index, argument) }
  }

  deinit { unsafe clReleaseKernel(kernel) }

  /// Sets one argument; a buffer must be kept alive by the caller.
  func set(_ index: Int, _ argument: Argument) throws(OpenCLError) {
    let position = cl_uint(index)
    let status: Int32
    switch argument {
    case .buffer(let buffer):
      var handle: cl_mem? = unsafe buffer.handle
      status = unsafe clSetKernelArg(kernel, position, MemoryLayout<cl_mem?>.size, &handle)
    case .bytes(var bytes):
      status = unsafe clSetKernelArg(kernel, position, bytes.count, &bytes)
    case .perImage(let factor):
      var value = Int32(factor * batch)
      status = unsafe clSetKernelArg(kernel, position, 4, &value)
    }
    if status != CL_SUCCESS {
      throw OpenCLError(
        status: status, function: "clSetKernelArg", detail: "argument \(index) of \(name)")
    }
  }

  /// Enqueues the kernel for `batch` images.
  func enqueue(batch: Int) throws(OpenCLError) {
    try unsafe enqueue(batch: batch, on: program.context.queue, event: nil)
  }

  /// Enqueues the kernel for `batch` images on a queue that measures, without waiting.
  func enqueue(batch: Int, on queue: borrowing ProfilingQueue) throws(OpenCLError) -> Event {
    var event: cl_event?
    try unsafe enqueue(batch: batch, on: queue.handle, event: &event)
    return try unsafe Event(event, of: "clEnqueueNDRangeKernel")
  }

  private func enqueue(
    batch: Int, on queue: cl_command_queue, event: UnsafeMutablePointer<cl_event?>?
  ) throws(OpenCLError) {
    if batch != self.batch {
      self.batch = batch
      global = size(batch)
      for (index, factor) in scaled { try set(index, .perImage(factor)) }
    }
    let local = local ?? [Int](repeating: 1, count: global.count)
    precondition(
      zip(global, local).allSatisfy { $0.isMultiple(of: $1) } && global.count == local.count,
      "\(name): \(global) work-items in groups of \(local)")
    let status = unsafe clEnqueueNDRangeKernel(
      queue, kernel, cl_uint(global.count), nil, global, local, 0, nil, event)
    if status != CL_SUCCESS {
      throw OpenCLError(status: status, function: "clEnqueueNDRangeKernel", detail: name)
    }
  }
}
