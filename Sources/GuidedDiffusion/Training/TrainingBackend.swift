/// Parameters in training with their gradients, moments and averages, on one backend.
package protocol TrainingBackend: AnyObject {
  /// Rewrites all weights to unit magnitude: forced weight normalisation (EDM2 eq. 66).
  func normalizeWeights() throws

  /// Starts a step: gradients and loss are zero.
  func clearGradients() throws

  /// Adds the gradient and the loss of some images; `inputs` are those of the training graph, but
  /// the parameters.
  func addGradients(of inputs: [String: Tensor<Float>]) throws

  /// Moves the parameters against the gradients, then the averages towards the parameters.
  func update(_ update: ParameterUpdate) throws

  /// The loss of all images since ``clearGradients()``, added up.
  func totalLoss() throws -> Double

  /// The elements of all parameters, or of what lies as they do.
  func read(_ part: TrainingState.Part) throws -> [String: [Float]]
}

/// The numbers of one step.
package struct ParameterUpdate: Sendable {
  /// Factor on the gradients: 1 over the number of images.
  let scale: Double

  /// The optimiser's settings.
  let adam: Adam

  /// From 1.
  let step: Int

  /// Learning rate.
  let rate: Double

  /// Weight of the new parameters in each average, 1 - β.
  let averageWeights: [Double]
}
