/// A convolution of a network, for benchmarks.
package struct ConvolutionSite: Hashable, Sendable {
  /// Its stride and padding.
  package let convolution: Convolution

  /// `[N, H, W, Cin]`.
  package let input: Shape

  /// `[Cout, Cin, kh, kw]`.
  package let kernel: [Int]
}

extension Graph {
  /// The distinct convolutions with the number of layers of each, in the order of computation.
  package var convolutionSites: [(site: ConvolutionSite, count: Int)] {
    var sites: [(site: ConvolutionSite, count: Int)] = []
    for node in nodes {
      guard case .convolution(let convolution) = node.operation else { continue }
      let site = ConvolutionSite(
        convolution: convolution, input: shape(node.operands[0]),
        kernel: shape(node.operands[1]).dimensions)
      if let index = sites.firstIndex(where: { $0.site == site }) {
        sites[index].count += 1
      } else {
        sites.append((site, 1))
      }
    }
    return sites
  }
}

extension ConvolutionSite {
  /// The convolution alone: input `x`, parameter `w`, result `y`.
  package var graph: Graph {
    var graph = Graph()
    let x = graph.input("x", input)
    let w = graph.parameter("w", kernel[0], kernel[1], kernel[2], kernel[3])
    let y = graph.convolution(x, w, stride: convolution.stride, padding: convolution.padding)
    graph.name(y, "y")
    return graph
  }

  /// Whether Winograd's algorithms can compute it.
  package var allowsWinograd: Bool {
    kernel[2...] == [3, 3] && convolution.stride == 1 && convolution.padding == .all(1)
  }
}

extension ConvolutionSite: CustomStringConvertible {
  /// For example `3x3 128->256 @32x32`.
  package var description: String {
    "\(kernel[2])x\(kernel[3]) \(kernel[1])->\(kernel[0]) @\(input.height)x\(input.width)"
  }
}
