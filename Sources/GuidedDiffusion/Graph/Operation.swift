/// What one node of a graph computes: the closed list that every backend implements.
///
/// Adding a case makes the compiler name each place that must know it: the shape rule
/// (``Graph``'s builder), ``Graph/multiplyAdds``, the gradient (`Gradient+Rules.swift`), the CPU
/// evaluation and the OpenCL lowering.
public enum Operation: Hashable, Sendable {
  /// Values handed over at each run, by name.
  case input(String)

  /// A named leaf that a checkpoint or a trainer supplies.
  case parameter(String)

  /// The same number everywhere.
  case fill(Double)

  /// `[N, H, W, Cin]`, weights `[Cout, Cin, kh, kw]` to `[N, H', W', Cout]`; cross-correlation.
  case convolution(Convolution)

  /// `[N, ..., Cin]`, weights `[Cout, Cin]` to `[N, ..., Cout]`: y = x Wᵀ.
  case linear

  /// q, k, v `[N, H, W, C]` each to `[N, H, W, C]`: softmax(q kᵀ scale) v per head.
  case attention(Attention)

  /// x / (epsilon + rms(x)) over groups of elements (EDM2 eq. 66).
  case normalize(Normalization)

  /// x, gain and bias `[C]`: x without mean and with variance 1 over the pixels and the channels of
  /// each group of an image, then scaled and shifted per channel (see ``GroupNormalization``).
  case groupNormalize(GroupNormalization)

  /// (x - mean) / sqrt(variance + epsilon) over the last axis: layer norm before its gain and bias.
  case standardize(epsilon: Double)

  /// An element-wise function of one value.
  case unary(UnaryFunction)

  /// An element-wise function of two values; the second may be smaller (see ``BinaryFunction``).
  case binary(BinaryFunction)

  /// Σ kᵢ xᵢ over inputs of one shape.
  case combine([Double])

  /// Joins along the last axis.
  case concatenate

  /// Part of the last axis.
  case slice(Range<Int>)

  /// Depthwise resampling of an image by 2 (see ``Resampling``).
  case resample(Resampling)

  /// Largest or mean element of each window of an image (see ``Pooling``).
  case pool(Pooling)

  /// An image of another size (see ``Resizing``).
  case resize(Resizing)

  /// x `[N, ..., C]` and a table `[1 + rows, C]` to `[N, 1, 1 + rows, C]`: the table's first row, and
  /// behind it the rows of x, to each of which the table's is added.
  case tokens

  /// One row of each image: `[N, ..., C]` to `[N, C]`.
  case row(Int)

  /// Rows of the first axis of a parameter: y[i] = x[indices[i]].
  case gather([Int])

  /// The same elements in another shape.
  case reshape

  /// Sums over what the result's shape lacks: rows, channels, images.
  case sum

  /// The elements repeated over a larger shape: the transpose of `sum`.
  case broadcast

  /// Weights with input and output exchanged: `[Cout, Cin]` to `[Cin, Cout]`, and
  /// `[Cout, Cin, kh, kw]` to `[Cin, Cout, kh, kw]` with both axes of the kernel reversed.
  case transpose

  /// Gradient of a convolution for its weights: x `[N, H, W, Cin]`, g `[N, H', W', Cout]` to
  /// `[Cout, Cin, kh, kw]`, summed over images.
  case convolutionWeights(Convolution)

  /// Gradient of a linear layer for its weights: x `[N, ..., Cin]`, g `[N, ..., Cout]` to
  /// `[Cout, Cin]`: gᵀ x, summed over images.
  case linearWeights

  /// Gradient of attention: q, k, v, g, `[N, H, W, C]` each, to dq, dk, dv in one
  /// `[N, H, W, 3 C]`.
  case attentionGradient(Attention)

  /// x `[N, ..., C]` and keys `[N, 4]` to x with random elements set to zero and the others scaled
  /// up (see ``Dropout``); its own gradient.
  case dropout(Dropout)

  /// Gradient of `normalize`: x and g of one shape to g / n - x mean(g x) / (n² r), r being the
  /// root mean square of x in its group and n = epsilon + r.
  case normalizeGradient(Normalization)
}

/// A 2-D convolution without bias.
public struct Convolution: Hashable, Codable, Sendable {
  /// Distance between output samples in input pixels.
  public var stride: Int

  /// Zero pixels added at each edge.
  public var padding: Padding

  /// Zero pixels at the four edges of an image.
  public struct Padding: Hashable, Codable, Sendable {
    var top: Int
    var left: Int
    var bottom: Int
    var right: Int

    /// The pixels at each edge.
    public init(top: Int, left: Int, bottom: Int, right: Int) {
      (self.top, self.left, self.bottom, self.right) = (top, left, bottom, right)
    }

    /// The same number of pixels at every edge.
    public static func all(_ pixels: Int) -> Padding {
      Padding(top: pixels, left: pixels, bottom: pixels, right: pixels)
    }
  }
}

/// Multi-head scaled dot-product attention over the pixels of one image.
public struct Attention: Hashable, Sendable {
  /// Head h owns channels `h C/heads ..< (h + 1) C/heads` of q, k and v.
  public var heads: Int

  /// Factor on q kᵀ before the softmax, usually 1/sqrt(C/heads).
  public var scale: Double
}

/// Division by the root mean square of a group of elements (EDM2 eq. 66).
public struct Normalization: Hashable, Sendable {
  /// Which elements share one root mean square.
  public var axes: Axes

  /// Added to the root mean square.
  public var epsilon: Double

  /// Which elements form a group.
  public enum Axes: Hashable, Sendable {
    /// Runs of C/groups neighbouring elements of the last axis: pixel norm, norm per head.
    case channels(groups: Int)

    /// Everything but the first axis: the weights of one output feature.
    case allButFirst
  }
}

/// An element-wise function of one value.
public enum UnaryFunction: Hashable, Sendable {
  /// x / (1 + exp(-x)).
  case silu
  /// 1 / (1 + exp(-x)).
  case sigmoid
  /// x Φ(x), Φ being the normal distribution function: not its approximation by tanh.
  case gelu
  case cosine
  case exponential
  case logarithm
  case squareRoot
  case reciprocal
  /// scale x + shift.
  case affine(scale: Double, shift: Double)
  /// min(max(x, low), high).
  case clamp(ClosedRange<Double>)
  /// 1 where low <= x <= high, 0 elsewhere: the slope of `clamp`.
  case inside(ClosedRange<Double>)
}

/// An element-wise function of two values.
///
/// The second operand has the first's shape or broadcasts over it: a scalar (`[]` or `[N, 1]`), a
/// vector over the channels (`[C]`), or a vector over the channels per image (`[N, C]`).
public enum BinaryFunction: Hashable, Sendable {
  case add
  case multiply
}

/// Depthwise resampling by a factor of 2 with a separable filter (EDM2 and EDM networks).
///
/// With f normalised to sum 1 and zero padding (length - 1) / 2 before each axis: `down` is the
/// correlation with f fᵀ at stride 2, `up` its transpose times 4. `[1, 1]` is the 2 x 2 mean and
/// the nearest-neighbour enlargement.
public struct Resampling: Hashable, Sendable {
  /// Towards half or double the width and height.
  public enum Direction: Hashable, Sendable { case down, up }

  /// Which way.
  public var direction: Direction

  /// Filter taps of one axis, of even length, in any scale.
  public var filter: [Double]
}
