import COpenCL

/// One `.cl` file, built for one device.
@safe final class Program {
  /// What a built program is known by within its context.
  struct Key: Hashable {
    let name: String
    let options: String
  }

  let handle: cl_program
  unowned let context: Context

  private init(handle: cl_program, context: Context) {
    unsafe self.handle = handle
    self.context = context
  }

  deinit { unsafe clReleaseProgram(handle) }
}

extension Program {
  /// Builds a kernel file with the shared prelude in front; from the cache where possible.
  ///
  /// - Throws: ``OpenCLError`` whose `detail` has the file's name and the build log.
  convenience init(
    _ source: KernelSource, options: String, on context: Context, cache: KernelCache?
  ) throws(OpenCLError) {
    let key = cache?.key(source, options: options, device: context.device)
    if let cache, let key, let binary = cache.read(key),
      let handle = unsafe try? Program.load(binary, options: options, on: context)
    {
      unsafe self.init(handle: handle, context: context)
      return
    }
    let handle = try unsafe Program.complete(
      Program.compile(source, options: options, on: context), options: options, on: context)
    unsafe self.init(handle: handle, context: context)
    if let cache, let key, let binary = unsafe Program.binary(of: handle) {
      cache.write(binary, for: key)
    }
  }

  /// A compiled program with the instructions that NVIDIA's compiler for OpenCL does not know.
  private static func complete(
    _ program: cl_program, options: String, on context: Context
  ) throws(OpenCLError) -> cl_program {
    guard context.device.isNVIDIA, let binary = unsafe binary(of: program),
      PTXRewriting.isNeeded(by: binary)
    else { return unsafe program }
    defer { unsafe clReleaseProgram(program) }
    return try unsafe load(PTXRewriting.rewritten(binary), options: options, on: context)
  }

  private static func compile(
    _ source: KernelSource, options: String, on context: Context
  ) throws(OpenCLError) -> cl_program {
    let text = Array((KernelSource.prelude + source.text).utf8CString)
    let program = try unsafe text.withUnsafeBufferPointer { characters throws(OpenCLError) in
      var text = characters.baseAddress
      return try unsafe create("clCreateProgramWithSource") {
        unsafe clCreateProgramWithSource(context.handle, 1, &text, nil, $0)
      }
    }
    return try unsafe built(program, of: "\(source.name).cl", options: options, on: context)
  }

  /// No warnings, which some runtimes count on the standard error stream; `make lint` shows them.
  private static let quiet = "-w "

  /// Builds a program, or releases it.
  private static func built(
    _ program: cl_program, of name: String, options: String, on context: Context
  ) throws(OpenCLError) -> cl_program {
    let status = unsafe clBuildProgram(program, 0, nil, quiet + options, nil, nil)
    if status == CL_SUCCESS { return unsafe program }
    let log = unsafe buildLog(of: program, on: context.device)
    unsafe clReleaseProgram(program)
    throw OpenCLError(
      status: status, function: "clBuildProgram", detail: "\(name) \(options)\n\(log)")
  }

  /// - Throws: ``OpenCLError`` if the driver does not take the binary.
  private static func load(
    _ binary: [UInt8], options: String, on context: Context
  ) throws(OpenCLError) -> cl_program {
    var device: cl_device_id? = unsafe context.device.handle
    var size = binary.count
    var status = CL_SUCCESS
    let program: cl_program? = unsafe binary.withUnsafeBufferPointer { bytes in
      var start = bytes.baseAddress
      return unsafe clCreateProgramWithBinary(
        context.handle, 1, &device, &size, &start, nil, &status)
    }
    guard status == CL_SUCCESS, let program = unsafe program else {
      throw OpenCLError(status: status, function: "clCreateProgramWithBinary")
    }
    return try unsafe built(program, of: "a binary", options: options, on: context)
  }

  /// The built program as bytes that the driver takes back.
  private static func binary(of handle: cl_program) -> [UInt8]? {
    var size = 0
    let sizes = UInt32(CL_PROGRAM_BINARY_SIZES)
    guard
      unsafe clGetProgramInfo(handle, sizes, MemoryLayout<Int>.size, &size, nil) == CL_SUCCESS,
      size > 0
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: size)
    let status = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      var start = buffer.baseAddress
      return unsafe clGetProgramInfo(
        handle, UInt32(CL_PROGRAM_BINARIES), MemoryLayout<UnsafeRawPointer>.size, &start, nil)
    }
    return status == CL_SUCCESS ? bytes : nil
  }

  private static func buildLog(of program: cl_program, on device: OpenCLDevice) -> String {
    var size = 0
    let key = UInt32(CL_PROGRAM_BUILD_LOG)
    unsafe clGetProgramBuildInfo(program, device.handle, key, 0, nil, &size)
    var bytes = [UInt8](repeating: 0, count: size)
    unsafe clGetProgramBuildInfo(program, device.handle, key, size, &bytes, nil)
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension Context {
  /// The built program, built at first use.
  func program(_ source: KernelSource, options: String = "") throws(OpenCLError) -> Program {
    let key = Program.Key(name: source.name, options: options)
    if let program = programs[key] { return program }
    let program = try Program(source, options: options, on: self, cache: KernelCache.shared)
    programs[key] = program
    return program
  }
}
