/// A value on the stack of a ``PickleMachine``: a number, a range of the file, or the number of an
/// object.
///
/// Values own nothing. Objects refer to each other by number, so that neither depth nor cycles of
/// a hostile file reach the reference counting of the runtime.
enum PickleValue: Hashable, Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  case float(Double)
  /// An integer of more than 64 bits, little-endian.
  case long(Range<Int>)
  /// UTF-8 text.
  case text(Range<Int>)
  case bytes(Range<Int>)
  case global(PickleGlobal)
  case object(Int)
}

/// What a ``PickleValue`` may refer to by number.
struct PickleObject: Sendable {
  /// What the object is.
  var kind: Kind

  /// The elements of a tuple, list or set; keys and values of a dictionary in turn; arguments of
  /// other objects.
  var items: [PickleValue]

  /// Which kind of object.
  enum Kind: Hashable, Sendable {
    case tuple
    case list
    case dictionary
    case set
    /// Of a class whose code is not known here; `items` is its state.
    case instance
    /// Number of a tensor.
    case tensor(Int)
    /// Number of a storage.
    case storage(Int)
    /// Number of a piece of bytes that was decoded from text.
    case data(Int)
    /// Type of the elements of a NumPy array; nil until its byte order is known.
    case arrayType(ElementType, isBigEndian: Bool)
    /// A NumPy array before its state is known; a tensor later.
    case array
  }
}

/// The bytes behind some tensors.
struct PickledStorage: Sendable {
  /// Type of the elements; nil where each tensor says it.
  let type: ElementType?

  /// Number of elements; bytes if there is no type.
  let count: Int

  /// Where the bytes are; nil until they have been found.
  var place: (file: MappedFile, range: Range<Int>)?
}

/// A tensor before its storage has been found.
struct PickledTensor: Sendable {
  let storage: Int
  let type: ElementType
  let shape: [Int]
  let strides: [Int]
  let offset: Int

  /// Place of its description in the file.
  let position: Int
}
