import Kernels

/// The name and the text of one `.cl` file.
public struct KernelSource: Sendable {
  /// Name of the file without `.cl`.
  public let name: String

  /// OpenCL C, without the prelude that stands in front of every file.
  public let text: String

  /// A file that is not among the library's own.
  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }

  private init(_ name: String, _ embedded: KernelText) {
    unsafe self.init(name: name, text: Self.string(embedded))
  }

  private static func string(_ embedded: KernelText) -> String {
    let bytes = unsafe UnsafeRawBufferPointer(start: embedded.bytes, count: embedded.count)
    return unsafe String(decoding: bytes, as: UTF8.self)
  }
}

extension KernelSource {
  static let convolution = unsafe KernelSource("convolution", kernel_convolution)
  static let winograd = unsafe KernelSource("winograd", kernel_winograd)
  static let winogradFused = unsafe KernelSource("winograd_fused", kernel_winograd_fused)
  static let winogradGradient = unsafe KernelSource("winograd_gradient", kernel_winograd_gradient)
  static let attention = unsafe KernelSource("attention", kernel_attention)
  static let elementwise = unsafe KernelSource("elementwise", kernel_elementwise)
  static let groupNorm = unsafe KernelSource("group_norm", kernel_group_norm)
  static let resample = unsafe KernelSource("resample", kernel_resample)
  static let images = unsafe KernelSource("images", kernel_images)
  static let gradient = unsafe KernelSource("gradient", kernel_gradient)
  static let attentionGradient = unsafe KernelSource(
    "attention_gradient", kernel_attention_gradient)
  static let optimizer = unsafe KernelSource("optimizer", kernel_optimizer)
  static let mixture = unsafe KernelSource("mixture", kernel_mixture)
  static let weightGradient = unsafe KernelSource("weight_gradient", kernel_weight_gradient)
  static let weights = unsafe KernelSource("weights", kernel_weights)
  static let guidance = unsafe KernelSource("guidance", kernel_guidance)
  static let gpuConvolution = unsafe KernelSource("gpu_convolution", kernel_gpu_convolution)
  static let gpuElementwise = unsafe KernelSource("gpu_elementwise", kernel_gpu_elementwise)
  static let gpuNorm = unsafe KernelSource("gpu_norm", kernel_gpu_norm)
  static let gpuImages = unsafe KernelSource("gpu_images", kernel_gpu_images)
  static let gpuAttention = unsafe KernelSource("gpu_attention", kernel_gpu_attention)
  static let peak = unsafe KernelSource("peak", kernel_peak)

  /// Functions for runs of rows, and the kernel that calls them: parts of generated programs.
  static let rows = unsafe string(kernel_rows)
  static let chain = unsafe string(kernel_chain)

  /// The text that stands in front of every file.
  static let prelude = unsafe string(kernel_common)
}
