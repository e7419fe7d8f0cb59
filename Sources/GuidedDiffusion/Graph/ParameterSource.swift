/// Where the values of a graph's parameters come from: a checkpoint, random numbers, a trainer.
public protocol ParameterSource: Sendable {
  /// The elements of a parameter, row-major.
  ///
  /// - Parameters:
  ///   - name: as in ``Graph/parameters``, for example `unet.enc.64x64_conv.weight`.
  ///   - shape: the shape that the graph gives it.
  ///   - type: `Float` or `Double`.
  /// - Returns: as many elements as `shape` has.
  /// - Throws: what names the parameter, if it is missing or has another shape.
  func elements<Element: BinaryFloatingPoint>(
    of name: String, shape: Shape, as type: Element.Type
  ) throws -> [Element]
}
