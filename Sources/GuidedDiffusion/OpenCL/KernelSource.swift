import Kernels

/// The name and the text of one `.cl` file.
@safe struct KernelSource: Sendable {
  let name: String
  nonisolated(unsafe) let text: KernelText
}

extension KernelSource {
  static let convolution = unsafe KernelSource(name: "convolution", text: kernel_convolution)
  static let winograd = unsafe KernelSource(name: "winograd", text: kernel_winograd)
  static let attention = unsafe KernelSource(name: "attention", text: kernel_attention)
  static let elementwise = unsafe KernelSource(name: "elementwise", text: kernel_elementwise)
  static let resample = unsafe KernelSource(name: "resample", text: kernel_resample)
  static let guidance = unsafe KernelSource(name: "guidance", text: kernel_guidance)
  static let peak = unsafe KernelSource(name: "peak", text: kernel_peak)

  /// Every kernel file.
  static let all: [KernelSource] = [
    .convolution, .winograd, .attention, .elementwise, .resample, .guidance, .peak,
  ]
}

extension KernelSource {
  /// The text that stands in front of every file.
  static let prelude = unsafe string(kernel_common)

  /// The text of this file.
  var content: String { unsafe Self.string(text) }

  private static func string(_ text: KernelText) -> String {
    let bytes = unsafe UnsafeBufferPointer(start: text.bytes, count: text.count)
    return unsafe bytes.withMemoryRebound(to: UInt8.self) {
      unsafe String(decoding: $0, as: UTF8.self)
    }
  }
}
