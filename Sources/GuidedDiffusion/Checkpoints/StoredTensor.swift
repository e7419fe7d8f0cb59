/// A tensor as it lies in a file: read when asked for, element by element or as raw bytes.
///
/// Several tensors may share one storage, and strides may be in any order.
public struct StoredTensor: Sendable {
  /// Type of the stored elements.
  public let type: ElementType

  /// Length of each axis, outermost first; empty for a scalar.
  public let shape: [Int]

  /// Distance of neighbours along each axis, in elements.
  public let strides: [Int]

  /// The file that holds the bytes.
  let file: MappedFile

  /// Place of the first element in the file, in bytes.
  let offset: Int

  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// Bytes of all elements without gaps.
  public var byteCount: Int { count * type.size }

  /// A tensor in `storage`, a range of bytes of `file`.
  ///
  /// Strides and the offset of the first element are in elements; without strides the tensor is
  /// row-major without gaps. Refused is what has an element outside the storage, or repeats the
  /// elements of a small storage (stride 0) to more than 1 MiB. `place` is the offset of the
  /// tensor's description, for errors.
  init(
    _ file: MappedFile, storage: Range<Int>, type: ElementType, shape: [Int],
    strides: [Int]? = nil, offset: Int = 0, place: Int? = nil
  ) throws(CheckpointError) {
    let strides = strides ?? Self.rowMajor(shape)
    guard shape.count == strides.count, shape.allSatisfy({ $0 >= 0 }),
      strides.allSatisfy({ $0 >= 0 }), offset >= 0
    else {
      throw file.error("a tensor of shape \(shape) has strides \(strides)", at: place)
    }
    let bytes = shape.reduce(type.size) { $0.multipliedClamping(by: $1) }
    guard bytes <= max(storage.count, 1 << 20) else {
      throw file.error(
        "a tensor of shape \(shape) needs more than the \(storage.count) bytes of its storage",
        at: place)
    }
    if bytes > 0 {
      let last = zip(shape, strides).reduce(offset) {
        $0.addingClamping($1.1.multipliedClamping(by: $1.0 - 1))
      }
      guard last < storage.count / type.size else {
        throw file.error(
          "a tensor of shape \(shape) ends outside the \(storage.count) bytes of its storage",
          at: place)
      }
    }
    self.file = file
    self.type = type
    self.shape = shape
    self.strides = strides
    self.offset = bytes > 0 ? storage.lowerBound + offset * type.size : storage.lowerBound
  }

  /// Strides without gaps, the last axis the fastest.
  static func rowMajor(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1].multipliedClamping(by: max(shape[axis + 1], 1))
    }
    return strides
  }

  /// Whether the elements lie in row-major order without gaps.
  public var isContiguous: Bool {
    var expected = 1
    for axis in shape.indices.reversed() where shape[axis] != 1 {
      if strides[axis] != expected { return shape.contains(0) }
      expected *= shape[axis]
    }
    return true
  }
}

extension Int {
  /// The product, or the largest number if it is too large; for numbers that are not negative.
  func multipliedClamping(by factor: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: factor)
    return overflow ? .max : product
  }

  /// The sum, or the largest number if it is too large; for numbers that are not negative.
  func addingClamping(_ term: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(term)
    return overflow ? .max : sum
  }
}
