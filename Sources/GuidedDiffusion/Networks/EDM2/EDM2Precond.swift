extension EDM2Configuration {
  /// The preconditioned network (EDM2 Figure 21 `Precond`; EDM eq. 7):
  /// D(x; sigma) = c_skip x + c_out F(c_in x; c_noise).
  ///
  /// Inputs: `x` `[N, H, W, C]`, the noisy image in the units of the data; `sigma` `[N, 1]`, its
  /// noise level; with classes also `labels` `[N, labelCount]`, one-hot or all zero.
  ///
  /// Named values: `denoised`, D, and `raw`, F, both `[N, H, W, C]`; `logvar` `[N, 1]`, the
  /// uncertainty u(sigma) of training (EDM2 eq. 14); and the output of every block, for example
  /// `enc.64x64_block0`.
  ///
  /// Parameters have the names and shapes of the official state dictionary.
  public func graph() -> Graph { graph(drops: false) }

  /// The network, in training with dropout: then a further input `dropout` `[N, 4]` has the keys of
  /// ``Graph/dropout(_:keys:_:)``.
  func graph(drops: Bool) -> Graph {
    var graph = Graph()
    let x = graph.input("x", .batched(imageResolution, imageResolution, imageChannels))
    let sigma = graph.input("sigma", .batched(1))
    let labels = labelCount > 0 ? graph.input("labels", .batched(labelCount)) : nil

    let scales = Preconditioning(sigma: sigma, sigmaData: sigmaData, in: &graph)
    var network = EDM2UNet(configuration: self)
    if drops { network.dropoutKeys = graph.input("dropout", .batched(4)) }
    let raw = network(
      graph.binary(.multiply, x, scales.input), noise: scales.noise, labels: labels, in: &graph)
    scales.nameResults(x: x, raw: raw, in: &graph)

    let features = graph.mpFourier(scales.noise, "logvar_fourier", channels: logvarChannels)
    graph.name(graph.mpLinear(features, "logvar_linear", channels: 1), "logvar")
    return graph
  }
}
