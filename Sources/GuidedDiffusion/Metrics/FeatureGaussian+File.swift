extension FeatureGaussian {
  /// Reads statistics of Inception's features, or of the only ones in the file.
  ///
  /// - Parameter path: as of ``FeatureDistribution/read(_:)``.
  /// - Returns: the distribution, and of which network's features it is, if the file says so.
  /// - Throws: ``CheckpointError`` if there are none in the file.
  public static func read(
    _ path: String
  ) throws(CheckpointError) -> (gaussian: FeatureGaussian, network: String?) {
    let all = try FeatureDistribution.read(path)
    guard let found = all[.inception] ?? all[.dinov2], let gaussian = found.gaussian else {
      throw CheckpointError(file: path, reason: "it holds no mean and covariance")
    }
    return (gaussian, found.network)
  }

  /// Tensors `mu`, `sigma`, and perhaps `num_images`, behind a prefix.
  init(_ tensors: NamedTensors, prefix: String, of path: String) throws(CheckpointError) {
    guard let mean = tensors["\(prefix)mu"], let covariance = tensors["\(prefix)sigma"],
      mean.shape.count == 1, covariance.shape == [mean.shape[0], mean.shape[0]],
      mean.shape[0] > 0
    else {
      throw CheckpointError(
        file: path, reason: "no reference statistics: there are no mu and sigma that fit")
    }
    self.init(
      count: tensors["\(prefix)num_images"]?.integers(as: Int.self)?.first,
      mean: mean.elements(as: Double.self), covariance: covariance.elements(as: Double.self))
  }
}
