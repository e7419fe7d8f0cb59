/// A loss and its gradient for every trained parameter, as one graph.
///
/// The trained parameters are inputs of the graph. Named values: `loss.sum` `[]`, the loss of all
/// images added up, and under `gradient.NAME` its gradient for each parameter.
package struct TrainingGraph: Sendable {
  /// The graph.
  package let graph: Graph

  /// The trained parameters.
  package let parameters: [(name: String, shape: Shape)]

  /// The other ones, which stay as they are.
  package let constants: any ParameterSource

  /// Number of nodes of the forward pass, which stand first.
  let forward: Int

  init(
    graph: Graph, parameters: [(name: String, shape: Shape)], constants: any ParameterSource,
    forward: Int
  ) {
    (self.graph, self.parameters, self.constants) = (graph, parameters, constants)
    self.forward = forward
  }

  /// Differentiates a network's loss.
  ///
  /// - Parameters:
  ///   - graph: a network with a value named `loss`, for example ``ToyMLP/trainingGraph()``.
  ///   - constants: the parameters that are not trained.
  ///   - isTrained: by a parameter's name, whether it is trained.
  package init(
    _ graph: Graph, constants: any ParameterSource, isTrained: (String) -> Bool = { _ in true }
  ) {
    let trained = graph.parameters.filter { isTrained($0.name) }
    var graph = graph.withParametersAsInputs(Set(trained.map(\.name)))
    guard let loss = graph.names["loss"] else { preconditionFailure("no value named loss") }
    let values = trained.map { graph.input($0.name, $0.shape) }
    let forward = graph.nodes.count
    let gradients = graph.gradient(of: loss, withRespectTo: values)
    for (parameter, gradient) in zip(trained, gradients) {
      graph.name(gradient, Self.gradientName(parameter.name))
    }
    graph.name(graph.sum(loss, to: .fixed()), "loss.sum")
    self.graph = graph
    self.constants = constants
    parameters = trained
    self.forward = forward
  }

  /// The name of a parameter's gradient.
  static func gradientName(_ parameter: String) -> String { "gradient." + parameter }

  /// Loss and gradients.
  package var outputs: [String] {
    ["loss.sum"] + parameters.map { Self.gradientName($0.name) }
  }
}
