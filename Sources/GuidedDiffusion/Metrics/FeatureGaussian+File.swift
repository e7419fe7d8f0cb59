extension FeatureGaussian {
  /// Reads statistics of Inception's features.
  ///
  /// - Parameter path: of a file that ``FeatureStatistics/write(to:)`` wrote, of official reference
  ///   statistics (a pickled dictionary `fid` of `mu` and `sigma`), or of a NumPy archive of `mu` and
  ///   `sigma`.
  /// - Returns: the distribution, and of which network's features it is, if the file says so.
  /// - Throws: ``CheckpointError`` if there are none in the file.
  public static func read(
    _ path: String
  ) throws(CheckpointError) -> (gaussian: FeatureGaussian, network: String?) {
    let file = try MappedFile.open(path)
    if ZipDirectory.recognizes(file), let archive = try NPYArchive(file) {
      return (try FeatureGaussian(archive.tensors, prefix: "", of: path), nil)
    }
    let checkpoint = try Checkpoint(file)
    guard checkpoint.kind == .safetensors else {
      let prefix = checkpoint.tensors["fid.mu"] == nil ? "" : "fid."
      return (try FeatureGaussian(checkpoint.tensors, prefix: prefix, of: path), nil)
    }
    let statistics = try FeatureStatistics(SafetensorsFile(file), path: path)
    guard let moments = statistics.moments, moments.count >= 2 else {
      throw CheckpointError(file: path, reason: "statistics of less than two images")
    }
    return (FeatureGaussian(moments), statistics.source.network)
  }

  private init(_ tensors: NamedTensors, prefix: String, of path: String) throws(CheckpointError) {
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
