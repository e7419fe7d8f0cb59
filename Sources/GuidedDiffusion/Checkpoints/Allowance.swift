/// The memory that reading one file may take: twice its size and 1 MiB.
///
/// Every allocation of a reader is taken from here before it is made, so that the bound holds
/// whatever a file says; large temporary ones are given back. Tensors stay in the mapping; their elements,
/// which callers ask for, are bounded where a ``StoredTensor`` is made.
final class Allowance {
  /// What the file's readers may allocate in bytes.
  let limit: Int

  /// What they hold in bytes.
  private(set) var used = 0

  /// The most that they have held in bytes.
  private(set) var peak = 0

  private let path: String

  /// The allowance of `file`.
  init(for file: MappedFile) {
    path = file.path
    limit = 2 * file.count + 1 << 20
  }

  /// Takes `bytes`, about to be allocated on behalf of what stands at `offset`.
  func take(_ bytes: Int, at offset: Int?) throws(CheckpointError) {
    guard bytes >= 0, bytes <= limit - used else {
      throw CheckpointError(
        file: path, offset: offset,
        reason: "needs more memory than such a file can (\(limit) bytes); it is damaged or hostile")
    }
    used += bytes
    peak = max(peak, used)
  }

  /// Gives back what was taken for something that has been freed.
  func give(_ bytes: Int) {
    precondition(0...used ~= bytes, "\(bytes) given back of \(used)")
    used -= bytes
  }

  /// Calls `body` and gives back what it has taken: it keeps nothing but its result.
  func temporarily<Result: ~Copyable>(
    _ body: () throws(CheckpointError) -> Result
  ) throws(CheckpointError) -> Result {
    let before = used
    defer { used = before }
    return try body()
  }

  /// Appends to `array`, whose growth is taken from the allowance.
  func append<Element>(
    _ element: Element, to array: inout [Element], at offset: Int?
  ) throws(CheckpointError) {
    if array.count == array.capacity {
      let capacity = max(2 * array.capacity, 2)
      let old = array.capacity == 0 ? 0 : Self.size(of: array.capacity, Element.self)
      try take(Self.size(of: capacity, Element.self), at: offset)
      array.reserveCapacity(capacity)
      give(old)
    }
    array.append(element)
  }

  /// Takes the memory of an array of `count` elements that is about to be made.
  func takeArray<Element>(
    of count: Int, _ type: Element.Type, at offset: Int?
  ) throws(CheckpointError) {
    if count > 0 { try take(Self.size(of: count, type), at: offset) }
  }

  /// Takes the memory of an entry that is about to be added to a dictionary or set, as if it was
  /// filled as little as possible and just growing.
  func takeEntry<Entry>(_ type: Entry.Type, at offset: Int?) throws(CheckpointError) {
    try take(4 * MemoryLayout<Entry>.stride, at: offset)
  }

  private static func size<Element>(of count: Int, _ type: Element.Type) -> Int {
    count * MemoryLayout<Element>.stride + overhead
  }

  /// The text in `range` of `file`.
  func string(_ file: MappedFile, _ range: Range<Int>) throws(CheckpointError) -> String {
    try take(range.count + Self.overhead, at: range.lowerBound)
    guard let text = file.text(range) else {
      throw file.error("text is not UTF-8", at: range.lowerBound)
    }
    return text
  }

  /// Bytes that the runtime and the allocator add to one object.
  static let overhead = 48
}
