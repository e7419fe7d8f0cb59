import Testing

@testable import GuidedDiffusion

@Suite("Samples of features") struct FeatureSampleTests {
  /// Two clouds of points, the second one moved by `shift`.
  static func sample(_ numbers: Range<Int>, capacity: Int, shift: Float = 0) -> FeatureSample {
    var sample = FeatureSample(capacity: capacity)
    sample.add(numbers, features(numbers, shift: shift))
    return sample
  }

  static let width = 6

  static func features(_ numbers: Range<Int>, shift: Float = 0) -> [Float] {
    numbers.flatMap { number in
      var generator = SeededGenerator(seed: UInt64(number))
      return (0..<width).map { _ in Float.random(in: -1...1, using: &generator) + shift }
    }
  }

  @Test("what is kept does not depend on how the images were divided", arguments: [1, 2, 3, 7])
  func shards(count: Int) {
    let whole = Self.sample(100..<1100, capacity: 64)
    #expect(whole.count == 64)
    var parts = (0..<count).map { shard in
      Self.sample(
        100 + 1000 * shard / count..<100 + 1000 * (shard + 1) / count, capacity: 64)
    }
    var generator = SeededGenerator(seed: UInt64(count))
    parts.shuffle(using: &generator)
    var joined = parts.removeFirst()
    for part in parts { joined.merge(part) }
    #expect(joined == whole)
    #expect(whole.rows.allSatisfy { $0.features == Self.features($0.number..<$0.number + 1) })
    #expect(whole.reduced(to: 10).rows == Self.sample(100..<1100, capacity: 10).rows)
    // The choice is spread over all numbers.
    #expect(20...44 ~= whole.rows.count { $0.number < 600 })
  }

  @Test("the smaller capacity holds, and few images are all kept")
  func capacities() {
    var a = Self.sample(0..<50, capacity: 40)
    a.merge(Self.sample(50..<80, capacity: 20))
    #expect(a.rows == Self.sample(0..<80, capacity: 20).rows && a.capacity == 20)
    #expect(Self.sample(0..<5, capacity: 40).rows.map(\.number) == [0, 1, 2, 3, 4])
    #expect(Self.sample(0..<5, capacity: 0).count == 0)
  }

  @Test("kernel distance is that of the formula")
  func kernelDistance() throws {
    let (x, y) = (
      Self.sample(0..<40, capacity: 99), Self.sample(1000..<1030, capacity: 99, shift: 0.5)
    )
    func mean(_ a: FeatureSample, _ b: FeatureSample, isSame: Bool) -> Double {
      var (sum, pairs) = (0.0, 0.0)
      for p in a.rows {
        for q in b.rows where !(isSame && p.number == q.number) {
          let product = zip(p.features, q.features).reduce(0) { $0 + Double($1.0) * Double($1.1) }
          let k = product / Double(Self.width) + 1
          sum += k * k * k
          pairs += 1
        }
      }
      return sum / pairs
    }
    let expected =
      mean(x, x, isSame: true) + mean(y, y, isSame: true) - 2 * mean(x, y, isSame: false)
    #expect(abs(try x.kernelDistance(to: y) - expected) < 1e-6)
    #expect(expected > 0.1)
    // Of one distribution it is 0 on average.
    let other = Self.sample(5000..<5600, capacity: 600)
    #expect(abs(try Self.sample(0..<600, capacity: 600).kernelDistance(to: other)) < 0.01)
    #expect(throws: MetricsError.self) {
      try x.kernelDistance(to: Self.sample(0..<1, capacity: 9))
    }
  }

  @Test("precision and recall are those of the definition", arguments: [0, 0.3, 0.8] as [Float])
  func precisionRecall(shift: Float) throws {
    let x = Self.sample(0..<90, capacity: 99, shift: shift)
    let y = Self.sample(500..<570, capacity: 99)
    let both = try PrecisionRecall(x, reference: y)
    #expect(both.count == 70)
    func distance(_ a: FeatureSample.Row, _ b: FeatureSample.Row) -> Double {
      zip(a.features, b.features).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
    }
    func share(_ a: FeatureSample, in b: FeatureSample) -> Double {
      let radii = b.rows.map { p in
        b.rows.filter { $0.number != p.number }.map { distance(p, $0) }.sorted()[2]
      }
      let inside = a.rows.count { p in
        zip(b.rows, radii).contains { distance(p, $0.0) <= $0.1 }
      }
      return Double(inside) / Double(a.count)
    }
    let reduced = x.reduced(to: 70)
    #expect(both.precision == share(reduced, in: y))
    #expect(both.recall == share(y, in: reduced))
    let same = try PrecisionRecall(y, reference: y)
    #expect(same.precision == 1 && same.recall == 1)
    let far = try PrecisionRecall(Self.sample(0..<70, capacity: 70, shift: 9), reference: y)
    #expect(far.precision == 0 && far.recall == 0)
  }

  @Test("more vectors than a tile has")
  func tiles() {
    let x = Self.features(0..<300)
    let y = Self.features(2000..<3100)
    let sums = PairwiseProducts(x: x, y: y, width: Self.width)
      .reduce({ [Int](repeating: 0, count: $0.count) }) { counts, row, columns, products in
        counts[row % 256] += products.count
      }
    #expect(sums.map(\.count) == [256, 44] && sums.joined().allSatisfy { $0 == 1100 })
    let square = (0..<Self.width).reduce(Float(0)) { $0 + x[299 * Self.width + $1] * y[$1] }
    let found = PairwiseProducts(x: x, y: y, width: Self.width)
      .reduce({ _ in Float.nan }) { result, row, columns, products in
        if row == 299 && columns.lowerBound == 0 { result = products[0] }
      }
    #expect(abs(found[1] - square) < 1e-6)
  }

  @Test("inception score: 1 for equal images, the number of classes for sure and different ones")
  func inceptionScore() throws {
    func score(_ logits: [Float]) -> Double {
      let features = ClassProbabilities.features(ofLogits: logits, classes: 4)
      return ClassProbabilities.score(FeatureMoments(of: features, width: 5, isMeanOnly: true))
    }
    #expect(abs(score([1, 2, 3, 4, 1, 2, 3, 4]) - 1) < 1e-6)
    let sure = (0..<16).map { Float($0 % 5 == 0 ? 900 : -900) }
    #expect(abs(score(sure) - 4) < 1e-6)
    // p = (1/4, 3/4), (3/4, 1/4): exp(ln 2 - H(1/4)).
    let features = ClassProbabilities.features(
      ofLogits: [0, 1.0986123, 1.0986123, 0], classes: 2)
    let value = ClassProbabilities.score(FeatureMoments(of: features, width: 3, isMeanOnly: true))
    #expect(abs(value - 1.1397535) < 1e-5)
  }
}
