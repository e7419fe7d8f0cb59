/// The random numbers of one seed, in the order in which they are asked for.
public protocol SeedGenerator: Sendable {
  /// As many independent standard normals; the count is above 0.
  mutating func floatNormals(_ count: Int) -> [Float]

  /// As many independent standard normals; the count is above 0.
  mutating func doubleNormals(_ count: Int) -> [Double]

  /// An integer from 0 to below `bound`, which is 1 or more.
  mutating func integer(below bound: Int) -> Int
}

/// 2 pi rounded to the nearest `Float`; `Float.pi` is rounded towards zero.
let twoPi = Float(2 * Double.pi)

extension SeedGenerator {
  /// Normals of the sampler's state type.
  mutating func normals<State: SamplerScalar>(_ count: Int, as type: State.Type) -> [State] {
    type == Double.self ? converted(doubleNormals(count)) : converted(floatNormals(count))
  }
}

/// Specialised by hand: its caller is generic when it runs.
@specialized(where From == Float, To == Float)
@specialized(where From == Double, To == Double)
private func converted<From: SamplerScalar, To: SamplerScalar>(_ values: [From]) -> [To] {
  values.map { To($0) }
}

/// Whose random numbers a sampler draws: seeds mean different images for each.
public enum NoiseKind: String, Codable, CaseIterable, Sendable {
  /// Those of PyTorch on an NVIDIA GPU, with which the published figures were made.
  case cuda

  /// Those of PyTorch on a CPU.
  case cpu

  /// The sequence of a seed; only the lowest 32 bits of the seed count.
  public func generator(seed: Int) -> any SeedGenerator {
    switch self {
    case .cuda: CUDAGenerator(seed: seed)
    case .cpu: CPUGenerator(seed: seed)
    }
  }
}
