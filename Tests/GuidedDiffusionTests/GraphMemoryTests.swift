import Testing

@testable import GuidedDiffusion

@Suite struct GraphMemoryTests {
  @Test func valuesLiveUntilTheirLastUse() {
    var graph = Graph()
    let x = graph.input("x", .batched(10))
    let weights = graph.parameter("w", 10, 10)
    let a = graph.linear(x, weights)  // x, a: 20
    let b = graph.linear(a, weights)  // x, a, b: 30
    let c = graph.binary(.add, b, x)  // x, b, c: 30
    let d = graph.concatenate([c, c])  // c, d: 30
    graph.name(d, "d")
    graph.name(graph.concatenate([d, d, d]), "large")
    #expect(graph.peakElements(for: ["d"]) == 30)
    #expect(graph.peakElements(for: ["large"]) == 20 + 60)
    #expect(graph.peakElements(for: []) == 0)
  }
}
