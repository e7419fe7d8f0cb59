import Testing

@testable import GuidedDiffusion

@Suite("Choice of algorithms") struct AlgorithmPlanTests {
  let small = PreconditionedNetwork(
    EDM2Configuration(
      imageResolution: 64, imageChannels: 4, labelCount: 10, levelChannels: [64, 128],
      noiseChannels: 64, embeddingChannels: 128, blocksPerLevel: 1, attentionResolutions: []),
    parameters: RandomParameters(seed: 1))

  private func plan(budget: Int) -> AlgorithmPlan {
    AlgorithmPlan(
      small.graph, outputs: ["raw"], OpenCLOptions(weightBudget: budget))
  }

  @Test("a budget that is large enough changes nothing")
  func unlimited() {
    let free = plan(budget: .max)
    #expect(!free.isRestricted)
    #expect(plan(budget: free.bytes).text == free.text)
    #expect(!plan(budget: free.bytes).isRestricted)
    #expect(free.text.contains("winograd-6"))
  }

  @Test("a smaller budget is kept, down to direct convolutions", arguments: [0.99, 0.7, 0.4])
  func restricted(part: Double) {
    let free = plan(budget: .max)
    let budget = max(free.leastBytes, Int(Double(free.bytes) * part))
    let tight = plan(budget: budget)
    #expect(tight.isRestricted)
    #expect(tight.bytes <= budget)
  }

  @Test("no budget leaves nothing but direct convolutions")
  func none() {
    let least = plan(budget: 0)
    #expect(least.bytes == least.leastBytes)
    #expect(Set(least.text.split(separator: " ")) == ["direct"])
  }

  @Test("networks share the budget by size and report one progress")
  func shares() {
    let options = OpenCLOptions(weightBudget: 1000, progress: { _ in })
    let shares = AlgorithmPlan.shares(of: [small, small], options)
    #expect(shares.map(\.weightBudget) == [500, 500])
  }
}

extension OnDevice {
  /// Asking for the devices, too, is not safe on two threads at once.
  @Suite("Choice of algorithms") struct AlgorithmDigestTests {
    @Test("the digest in a recipe tells a restricted choice from the table's")
    func digest() throws {
      let small = AlgorithmPlanTests().small
      guard let device = try OpenCLDevice.all().first else { return }
      func digest(_ budget: Int) -> String {
        OpenCLPlans(
          main: small, guides: [small], device: device,
          options: OpenCLOptions(weightBudget: budget)
        ).algorithms
      }
      #expect(digest(.max) == AlgorithmTable.cpu(.standard).hash)
      #expect(digest(0) != digest(.max))
    }
  }
}
