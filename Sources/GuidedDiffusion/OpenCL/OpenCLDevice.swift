import COpenCL

/// One device of one OpenCL platform: what it is and what it can do.
@safe public struct OpenCLDevice: @unchecked Sendable {
  // Root device identifiers are process-wide constants, valid until exit.
  let handle: cl_device_id

  /// Position among all devices of all platforms, as `--device` takes it.
  public let index: Int

  /// For example `Portable Computing Language`.
  public let platform: String

  /// For example `pthread-skylake-avx512-AMD EPYC`.
  public let name: String

  /// Vendor as the device reports it.
  public let vendor: String

  /// For example `OpenCL 3.0 PoCL 3.1`.
  public let version: String

  /// Version of the driver.
  public let driver: String

  /// Processor, graphics card or something else.
  public let kind: Kind

  /// Cores or multiprocessors.
  public let computeUnits: Int

  /// Size of the device memory in bytes.
  public let globalMemory: Int

  /// Largest single allocation in bytes.
  public let largestAllocation: Int

  /// Alignment of sub-buffers in bytes.
  let subBufferAlignment: Int

  /// Local memory of a work-group in bytes.
  public let localMemory: Int

  /// Floats in a vector register.
  let floatsPerRegister: Int

  /// Names of the supported extensions.
  public let extensions: Set<String>

  /// Kind of an OpenCL device.
  public enum Kind: String, Sendable {
    case cpu = "CPU"
    case gpu = "GPU"
    case accelerator
  }

  /// Whether kernels may compute in fp64.
  public var hasDouble: Bool { extensions.contains("cl_khr_fp64") }

  /// Whether kernels may compute in fp16.
  public var hasHalf: Bool { extensions.contains("cl_khr_fp16") }

  /// Whether the driver is NVIDIA's.
  public var isNVIDIA: Bool { vendor.contains("NVIDIA") }

  init(handle: cl_device_id, index: Int, platform: cl_platform_id) throws(OpenCLError) {
    unsafe self.handle = handle
    self.index = index
    self.platform = try unsafe string {
      unsafe clGetPlatformInfo(platform, UInt32(CL_PLATFORM_NAME), $0, $1, $2)
    }
    func text(_ key: Int32) throws(OpenCLError) -> String {
      try unsafe string { unsafe clGetDeviceInfo(handle, UInt32(key), $0, $1, $2) }
    }
    func number<Number: FixedWidthInteger>(_ key: Int32, _: Number.Type) throws(OpenCLError) -> Int
    {
      var value: Number = 0
      try unsafe check(
        clGetDeviceInfo(handle, UInt32(key), MemoryLayout<Number>.size, &value, nil),
        "clGetDeviceInfo")
      return Int(clamping: value)
    }
    name = try text(CL_DEVICE_NAME)
    vendor = try text(CL_DEVICE_VENDOR)
    version = try text(CL_DEVICE_VERSION)
    driver = try text(CL_DRIVER_VERSION)
    extensions = Set(try text(CL_DEVICE_EXTENSIONS).split(separator: " ").map(String.init))
    let type = try number(CL_DEVICE_TYPE, cl_device_type.self)
    kind =
      type & Int(CL_DEVICE_TYPE_GPU) != 0
      ? .gpu : type & Int(CL_DEVICE_TYPE_CPU) != 0 ? .cpu : .accelerator
    computeUnits = try number(CL_DEVICE_MAX_COMPUTE_UNITS, cl_uint.self)
    globalMemory = try number(CL_DEVICE_GLOBAL_MEM_SIZE, cl_ulong.self)
    largestAllocation = try number(CL_DEVICE_MAX_MEM_ALLOC_SIZE, cl_ulong.self)
    localMemory = try number(CL_DEVICE_LOCAL_MEM_SIZE, cl_ulong.self)
    floatsPerRegister = try number(CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT, cl_uint.self)
    subBufferAlignment = max(64, try number(CL_DEVICE_MEM_BASE_ADDR_ALIGN, cl_uint.self) / 8)
  }
}

extension OpenCLDevice {
  /// All devices of all platforms, in the order of the ICD loader.
  ///
  /// - Returns: an empty list if no platform or no device is installed.
  /// - Throws: ``OpenCLError`` if a platform fails.
  public static func all() throws(OpenCLError) -> [OpenCLDevice] {
    var devices: [OpenCLDevice] = []
    let platforms = try unsafe platforms()
    for index in unsafe platforms.indices {
      let platform = unsafe platforms[index]
      var count: cl_uint = 0
      let type = cl_device_type(CL_DEVICE_TYPE_ALL)
      let status = unsafe clGetDeviceIDs(platform, type, 0, nil, &count)
      if status == CL_DEVICE_NOT_FOUND { continue }
      try check(status, "clGetDeviceIDs")
      var handles = unsafe [cl_device_id?](repeating: nil, count: Int(count))
      try unsafe check(clGetDeviceIDs(platform, type, count, &handles, nil), "clGetDeviceIDs")
      for position in unsafe handles.indices {
        guard let device = unsafe handles[position] else { continue }
        devices.append(
          try unsafe OpenCLDevice(handle: device, index: devices.count, platform: platform))
      }
    }
    return devices
  }

  private static func platforms() throws(OpenCLError) -> [cl_platform_id] {
    var count: cl_uint = 0
    let status = unsafe clGetPlatformIDs(0, nil, &count)
    if status == -1001 || (status == CL_SUCCESS && count == 0) { return unsafe [] }
    try check(status, "clGetPlatformIDs")
    var handles = unsafe [cl_platform_id?](repeating: nil, count: Int(count))
    try unsafe check(clGetPlatformIDs(count, &handles, nil), "clGetPlatformIDs")
    return unsafe handles.compactMap { unsafe $0 }
  }
}

/// Reads a string property: size first, then the characters.
private func string(
  _ query: (Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>?) -> Int32
) throws(OpenCLError) -> String {
  var size = 0
  try unsafe check(query(0, nil, &size), "clGet…Info")
  var bytes = [UInt8](repeating: 0, count: size)
  try unsafe check(query(size, &bytes, nil), "clGet…Info")
  let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  return text.split(separator: " ").joined(separator: " ")
}
