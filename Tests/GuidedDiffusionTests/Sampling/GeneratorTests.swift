import Foundation
import Testing

@testable import GuidedDiffusion

@Suite("Random generators") struct GeneratorTests {
  private static let seeds = [0, 1, 42, 50000, 4_294_967_295]

  @Test("Philox gives the published known answers")
  func philox() {
    let zero = Philox.words(counter: .zero, key: .zero)
    #expect(zero == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = Philox.words(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
    #expect(ones == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    let pi = Philox.words(
      counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
      key: SIMD2(0xa409_3822, 0x299f_31d0))
    #expect(pi == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test("MT19937 gives the published 10000th word")
  func mersenneTwister() {
    var engine = MersenneTwister(seed: 5489)
    #expect(engine.next() == 3_499_211_612)
    for _ in 0..<9998 { _ = engine.next() }
    #expect(engine.next() == 4_123_659_995)
  }

  @Test("CUDA normals and integers match the vectors", arguments: seeds)
  func cuda(seed: Int) throws {
    let vectors = try PhiloxVectors()
    let expected = try #require(vectors.computed["\(seed)"])
    var small = CUDAGenerator(seed: seed)
    let normals = small.floatNormals(3 * 16 * 16)
    let difference = largestDifference(normals.prefix(expected.count).map(Double.init), expected)
    #expect(difference < 2e-6, "\(difference)")
    #expect(small.integer(below: 10) == vectors.integers["\(seed)"]?["mod10"])
    var large = CUDAGenerator(seed: seed)
    #expect(large.floatNormals(4 * 64 * 64).prefix(768) == normals[...])
    #expect(large.integer(below: 1000) == vectors.integers["\(seed)"]?["mod1000"])
  }

  @Test("CUDA normals match those recorded on a GPU")
  func recorded() throws {
    var generator = CUDAGenerator(seed: 0)
    let normals = generator.floatNormals(8).map(Double.init)
    #expect(largestDifference(normals, try PhiloxVectors().recorded) < 1e-4)
  }

  @Test("CUDA threads wrap around after their number, in groups of four or two")
  func wrapping() {
    let threads = 2048
    var (wide, narrow) = (CUDAGenerator(seed: 7), CUDAGenerator(seed: 7, multiprocessors: 1))
    let (first, wrapped) = (wide.floatNormals(threads), narrow.floatNormals(9 * threads + 5))
    #expect(wrapped[..<threads] == first[...])
    // Three rounds were drawn (4 normals per thread and round): 0 and 4 and 8 words on.
    var second = CUDAGenerator(seed: 7)
    _ = second.floatNormals(1)
    #expect(second.floatNormals(threads)[...] == wrapped[(4 * threads)..<(5 * threads)])
    #expect(second.floatNormals(5)[...] == wrapped[(8 * threads)..<(8 * threads + 5)])
    _ = second.integer(below: 10)
    // The wide draw moved on by one round, the narrow by three: the next draws are aligned.
    for _ in 0..<2 { _ = wide.integer(below: 10) }
    #expect(wide.integer(below: 1000) == narrow.integer(below: 1000))
    var double = CUDAGenerator(seed: 7, multiprocessors: 1)
    #expect(Set(double.doubleNormals(5 * threads)).count == 5 * threads)
  }

  @Test("CUDA double normals follow the float words")
  func doubles() {
    var generator = CUDAGenerator(seed: 3)
    let normals = generator.doubleNormals(20000)
    let mean = normals.reduce(0, +) / 20000
    let variance = normals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20000
    #expect(mean.magnitude < 0.03 && (variance - 1).magnitude < 0.03)
    let words = Philox.words(counter: SIMD4(0, 0, 5, 0), key: SIMD2(3, 0))
    let u = (Double(UInt64(words[0]) ^ UInt64(words[1]) << 21) + 0.5) * 0x1p-53
    let v = (Double(UInt64(words[2]) ^ UInt64(words[3]) << 21) + 0.5) * 0x1p-52
    #expect((normals[5] - sqrt(-2 * log(u)) * sin(.pi * v)).magnitude < 1e-14)
    let next = Philox.words(counter: SIMD4(1, 0, 0, 0), key: SIMD2(3, 0))
    #expect(generator.integer(below: 1 << 31) == Int(next[0]) % (1 << 31))
  }

  @Test("CPU normals match PyTorch", arguments: seeds, [1, 5, 15, 16, 17, 100, 768, 16384])
  func cpu(seed: Int, count: Int) throws {
    let expected = try Self.torch("randn.seed\(seed).n\(count)")
    var generator = CPUGenerator(seed: seed)
    let normals = generator.floatNormals(count).map(Double.init)
    let difference = largestDifference(normals, expected)
    #expect(difference < 6e-7, "\(difference)")
  }

  @Test("CPU integers after normals match PyTorch", arguments: seeds)
  func cpuIntegers(seed: Int) throws {
    var small = CPUGenerator(seed: seed)
    _ = small.floatNormals(3 * 16 * 16)
    let drawn = [small.integer(below: 10), small.integer(below: 1000)]
    #expect(try drawn.map(Double.init) == Self.torch("randn3x16x16_then_randint.seed\(seed)"))
    var large = CPUGenerator(seed: seed)
    _ = large.floatNormals(4 * 64 * 64)
    #expect(
      try [Double(large.integer(below: 1000))]
        == Self.torch("randn4x64x64_then_randint1000.seed\(seed)"))
  }

  /// Recorded from PyTorch 2.13 on a CPU: `randn` of 3, 2 and 18 doubles, then `randint(1000)`.
  @Test("CPU double normals match PyTorch, odd draws leaving a spare")
  func cpuDoubles() {
    var generator = CPUGenerator(seed: 0)
    let expected: [[Double]] = [
      [1.5409961082440433, -0.2934289057609464, -2.1787893820745574],
      [0.5684312772806678, -1.084522342424021],
      [
        -0.623224579866079, -0.8664416019125772, 0.23871805816817063, 0.7335283685272841,
        -1.3218818291421377, 1.3148113651971234, -1.4874956356507338, -0.7135753396468577,
        0.519998663178938, -0.9528856397032842, 0.6748575435940039, 1.0468653769814655,
        0.15429517864658948, -0.7498915228391941, -0.7233897004977882, 0.08636989238234997,
        -1.746404903728242, 1.041012457033509,
      ],
    ]
    for values in expected {
      #expect(largestDifference(generator.doubleNormals(values.count), values) < 1e-14)
    }
    #expect(generator.integer(below: 1000) == 682)
  }

  @Test("seeds count modulo 2^32")
  func seedRange() {
    for kind in NoiseKind.allCases {
      var (a, b) = (kind.generator(seed: 5), kind.generator(seed: 5 + 1 << 32))
      #expect(a.floatNormals(20) == b.floatNormals(20))
      #expect(a.normals(3, as: Double.self) == b.doubleNormals(3))
    }
  }

  @Test("RandomState shuffles, draws uniforms and normals as NumPy")
  func randomState() throws {
    func expected(_ name: String) throws -> [Double] {
      try Fixture.elements(name, of: "numpy-randomstate.safetensors", as: Double.self)
    }
    var shuffled = Array(0..<100)
    var state = RandomState(seed: 123)
    state.shuffle(&shuffled)
    #expect(try shuffled.map(Double.init) == expected("shuffle100.seed123"))
    #expect(try (0..<10).map { _ in state.uniform() } == expected("rand_after_shuffle.seed123"))
    var normal = RandomState(seed: 2)
    #expect(try (0..<50).map { _ in normal.normal() } == expected("randn.seed2"))
  }

  private static func torch(_ tensor: String) throws -> [Double] {
    try Fixture.elements(tensor, of: "torch-cpu-rng.safetensors", as: Double.self)
  }
}

/// The fixture `philox.json`.
private struct PhiloxVectors {
  let recorded: [Double]
  let computed: [String: [Double]]
  let integers: [String: [String: Int]]

  init() throws {
    let file = URL(fileURLWithPath: Fixture.path("philox.json"))
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    let fields = try #require(object as? [String: Any])
    recorded = try #require(fields["recorded_seed0_first8"] as? [Double])
    computed = try #require(fields["computed"] as? [String: [Double]])
    integers = try #require(fields["computed_randint_after_randn"] as? [String: [String: Int]])
  }
}

/// Largest difference of two sequences of one length; infinite if the lengths differ.
private func largestDifference(_ a: some Sequence<Double>, _ b: some Sequence<Double>) -> Double {
  let (a, b) = (Array(a), Array(b))
  return a.count == b.count ? zip(a, b).map { ($0 - $1).magnitude }.max() ?? .infinity : .infinity
}
