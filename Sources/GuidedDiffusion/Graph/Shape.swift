/// Shape of a value: `[N, dimensions...]` when batched, otherwise just `dimensions`.
///
/// The batch size N is not part of a graph: a graph is compiled for a largest N and run with any
/// N up to it. Images are `[N, H, W, C]`, vectors per image `[N, C]`.
public struct Shape: Hashable, Sendable {
  /// Whether a leading batch axis N stands in front of ``dimensions``.
  public let isBatched: Bool

  /// All axes but the batch axis, outermost first.
  public let dimensions: [Int]

  /// A shape with a batch axis: `[N, dimensions...]`.
  public static func batched(_ dimensions: Int...) -> Shape {
    Shape(isBatched: true, dimensions: dimensions)
  }

  /// A shape without a batch axis, as parameters have.
  public static func fixed(_ dimensions: Int...) -> Shape {
    Shape(isBatched: false, dimensions: dimensions)
  }

  /// Number of elements, for one image if batched.
  public var count: Int { dimensions.reduce(1, *) }

  /// Length of the last axis: the channels of an image, 1 for a scalar.
  public var channels: Int { dimensions.last ?? 1 }

  /// Number of rows of ``channels`` elements, for one image if batched.
  public var rows: Int { dimensions.dropLast().reduce(1, *) }

  /// Height of an image `[N, H, W, C]`.
  public var height: Int { dimensions[dimensions.count - 3] }

  /// Width of an image `[N, H, W, C]`.
  public var width: Int { dimensions[dimensions.count - 2] }

  /// The same shape with another last axis.
  func withChannels(_ channels: Int) -> Shape {
    Shape(isBatched: isBatched, dimensions: dimensions.dropLast() + [channels])
  }
}

extension Shape: CustomStringConvertible {
  /// `[N, 8, 8, 32]` or `[32, 3, 3]`.
  public var description: String {
    let axes = (isBatched ? ["N"] : []) + dimensions.map(String.init)
    return "[" + axes.joined(separator: ", ") + "]"
  }
}
