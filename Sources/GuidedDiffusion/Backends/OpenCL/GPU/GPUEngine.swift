/// What multiplies matrices on a GPU: the variants of the kernel `gpu_convolution`.
public enum GPUEngine: Int, CaseIterable, Codable, Sendable {
  /// Fused multiply-adds from local memory: any device.
  case portable = 0

  /// NVIDIA's `mma.sync`, from compute capability 8.0 on.
  case tensorCores = 1

  /// ``tensorCores`` with plain arithmetic in place of its instructions: for tests.
  case emulation = 2

  /// NVIDIA's `wgmma`, compute capability 9.0.
  case warpgroups = 3
}

extension GPUEngine: CustomStringConvertible {
  /// Its name, for example `mma.sync`.
  public var description: String {
    switch self {
    case .portable: "portable"
    case .tensorCores: "mma.sync"
    case .emulation: "emulation of mma.sync"
    case .warpgroups: "wgmma"
    }
  }
}
