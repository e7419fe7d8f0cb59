import Testing

@testable import GuidedDiffusion

@Suite("Graph") struct GraphTests {
  @Test("counts the multiply-adds of what depends on inputs")
  func multiplyAdds() {
    var graph = Graph()
    let x = graph.input("x", .batched(8, 8, 5))
    let raw = graph.parameter("w", 7, 5, 3, 3)
    let y = graph.convolution(x, graph.normalize(raw, .allButFirst), padding: .all(1))
    graph.name(y, "y")
    #expect(graph.shape(y) == .batched(8, 8, 7))
    #expect(graph.multiplyAdds == 64 * 7 * 5 * 9)
    #expect(graph.isConstant == [false, true, true, false])
  }
}
