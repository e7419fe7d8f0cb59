/// Which of the two families of kernels computes a graph.
///
/// Both run on every OpenCL device; each is fast on its own kind alone.
public enum KernelClass: String, CaseIterable, Codable, Sendable {
  /// Work-groups of one work-item, each a loop over registers.
  case cpu

  /// Work-groups with tiles in local memory.
  case gpu
}

/// How the activations and weights of a network are stored; sums are always in single precision.
public enum Precision: String, CaseIterable, Codable, Sendable {
  /// 32 bits.
  case single

  /// 16 bits, with kernels for GPUs alone. Values of one row per image, such as the embedding of the
  /// noise level, and the sampler's state stay as they are.
  case half
}
