import Testing

@testable import GuidedDiffusion

@Suite("Group normalisation") struct GroupNormalizationTests {
  @Test("agrees with the formula", arguments: [(1, 5), (5, 5), (3, 15), (4, 16)])
  func formula(groups: Int, channels: Int) throws {
    var numbers = RandomNumbers(seed: 7)
    let (images, height, width, epsilon) = (2, 5, 3, 0.1)
    let x: Tensor<Double> = numbers.tensor(images, height, width, channels)
    let gain: Tensor<Double> = numbers.tensor(channels)
    let bias: Tensor<Double> = numbers.tensor(channels)
    let y = try CPUOperationsTests.run([x, gain, bias], isBatched: [true, false, false]) {
      $0.groupNormalize(
        $1[0], gain: $1[1], bias: $1[2], groups: groups, epsilon: epsilon)
    }
    let (pixels, size) = (height * width, channels / groups)
    for image in 0..<images {
      for group in 0..<groups {
        let places = (0..<pixels).flatMap { pixel in
          (group * size..<(group + 1) * size).map { (image * pixels + pixel) * channels + $0 }
        }
        let mean = places.map { x.elements[$0] }.reduce(0, +) / Double(places.count)
        let variance =
          places.map { (x.elements[$0] - mean) * (x.elements[$0] - mean) }.reduce(0, +)
          / Double(places.count)
        for place in places {
          let channel = place % channels
          let expected =
            gain.elements[channel] * (x.elements[place] - mean)
            / (variance + epsilon).squareRoot() + bias.elements[channel]
          #expect(abs(y.elements[place] - expected) < 1e-12)
        }
      }
    }
  }
}
