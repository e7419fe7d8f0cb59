import Testing

@testable import Datasets

@Suite struct EndlessSamplerTests {
  /// By the official sampler's rule, with NumPy 2.4 and Python 3.11.
  @Test(arguments: [
    (0, 0, 10, [6, 8, 9, 7, 2, 3, 0, 1, 5, 4]),
    (0, 1, 10, [8, 1, 7, 0, 9, 5, 4, 3, 2, 6]),
    (7, 3, 60000, [17647, 52930, 55152, 54391, 33611, 7293, 22827, 6499, 43034, 6877]),
    (1_234_567, 12, 1000, [491, 994, 327, 331, 718, 810, 644, 619, 404, 284]),
  ])
  func theOrderIsTheOfficialOne(seed: Int, epoch: Int, count: Int, order: [Int]) {
    var sampler = EndlessSampler(count: count, seed: seed, drawn: epoch * count)
    #expect(sampler.next(10) == order)
  }

  @Test func itGoesOnWhereItWas() {
    var whole = EndlessSampler(count: 7, seed: 3)
    let all = whole.next(40)
    for drawn in 0..<40 {
      var rest = EndlessSampler(count: 7, seed: 3, drawn: drawn)
      #expect(rest.next(40 - drawn) == Array(all[drawn...]))
      #expect(rest.drawn == 40)
    }
    for epoch in 0..<5 { #expect(Set(all[epoch * 7..<epoch * 7 + 7]).count == 7) }
  }
}
