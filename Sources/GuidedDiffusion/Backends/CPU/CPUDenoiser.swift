/// A denoiser D(x; sigma, class) compiled for the CPU.
public struct CPUDenoiser<Element: CPUScalar>: Sendable {
  private let executable: CPUExecutable<Element>

  /// Shape of the images, `[N, H, W, C]`.
  public let imageShape: Shape

  /// Number of classes; 0 for an unconditional network.
  public let labelCount: Int

  /// Compiles a denoiser.
  ///
  /// - Parameters:
  ///   - graph: has inputs `x`, `sigma` `[N, 1]` and, with classes, `labels` `[N, classes]`, and a
  ///     value named `denoised` of the shape of `x`: for example ``EDM2Configuration/graph()``.
  ///   - parameters: its parameters.
  /// - Throws: what `parameters` throws.
  public init(compiling graph: Graph, parameters: any ParameterSource) throws {
    let shapes = Dictionary(uniqueKeysWithValues: graph.inputs.map { ($0.name, $0.shape) })
    guard let imageShape = shapes["x"] else { preconditionFailure("a denoiser has an input x") }
    self.imageShape = imageShape
    labelCount = shapes["labels"]?.channels ?? 0
    executable = try CPUExecutable(
      compiling: graph, parameters: parameters, outputs: ["denoised"])
  }

  /// One-hot labels.
  ///
  /// - Parameters:
  ///   - classes: one per image, or nil for all-zero labels.
  ///   - images: number of images.
  /// - Returns: `[N, labelCount]`; nil for an unconditional network.
  public func labels(classes: [Int]?, images: Int) -> Tensor<Element>? {
    guard labelCount > 0 else { return nil }
    var elements = [Element](repeating: 0, count: images * labelCount)
    if let classes {
      precondition(classes.count == images, "\(classes.count) classes for \(images) images")
      for (image, label) in classes.enumerated() {
        precondition(0..<labelCount ~= label, "class \(label) of \(labelCount)")
        elements[image * labelCount + label] = 1
      }
    }
    return Tensor(shape: [images, labelCount], elements: elements)
  }

  /// D(x; sigma, class) for a batch at one noise level.
  ///
  /// - Parameters:
  ///   - x: `[N, H, W, C]`.
  ///   - sigma: noise level in the units of the data.
  ///   - labels: of ``labels(classes:images:)``.
  /// - Returns: `[N, H, W, C]`.
  public func callAsFunction(
    _ x: Tensor<Element>, sigma: Element, labels: Tensor<Element>?
  ) -> Tensor<Element> {
    let images = x.shape[0]
    let levels = Tensor(
      shape: [images, 1], elements: [Element](repeating: sigma, count: images))
    var inputs = ["x": x, "sigma": levels]
    inputs["labels"] = labels
    guard let denoised = executable.run(inputs)["denoised"] else {
      preconditionFailure("no value named denoised")
    }
    return denoised
  }
}
