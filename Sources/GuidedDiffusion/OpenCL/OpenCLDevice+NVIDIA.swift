import COpenCL

/// Generation of an NVIDIA device, for example 9.0.
package struct ComputeCapability: Hashable, Sendable {
  package let major: Int
  package let minor: Int

  package init(_ major: Int, _ minor: Int) { (self.major, self.minor) = (major, minor) }
}

extension OpenCLDevice {
  /// The compute capability by `cl_nv_device_attribute_query`; nil for other vendors' devices.
  package var computeCapability: ComputeCapability? {
    guard isNVIDIA, extensions.contains("cl_nv_device_attribute_query") else { return nil }
    guard let major = number(0x4000), let minor = number(0x4001) else { return nil }
    return ComputeCapability(major, minor)
  }

  /// A whole number that only this vendor's devices report; nil if this one does not.
  private func number(_ key: UInt32) -> Int? {
    var value: cl_uint = 0
    let status = unsafe clGetDeviceInfo(
      handle, key, MemoryLayout<cl_uint>.size, &value, nil)
    return status == CL_SUCCESS ? Int(value) : nil
  }
}
