/// The memory that reading one file may take: twice its size and 1 MiB.
///
/// Every allocation of a reader is taken from here before it is made, and none is given back, so
/// that the bound holds whatever a file says. Tensors are no part of it: they stay in the mapping.
final class Allowance {
  /// What the file's readers may allocate in bytes.
  let limit: Int

  /// What they have allocated so far in bytes.
  private(set) var used = 0

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
  }

  /// Appends to `array`, whose growth is taken from the allowance.
  func append<Element>(
    _ element: Element, to array: inout [Element], at offset: Int?
  ) throws(CheckpointError) {
    if array.count == array.capacity {
      let capacity = max(2 * array.capacity, 2)
      try take(capacity * MemoryLayout<Element>.stride + Self.overhead, at: offset)
      array.reserveCapacity(capacity)
    }
    array.append(element)
  }

  /// The text in `range` of `file`.
  func string(_ file: MappedFile, _ range: Range<Int>) throws(CheckpointError) -> String {
    try take(range.count + Self.overhead, at: range.lowerBound)
    let text = file.withBytes(range) { bytes in
      unsafe bytes.withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) }
    }
    guard let text else { throw file.error("text is not UTF-8", at: range.lowerBound) }
    return text
  }

  /// Bytes that the runtime and the allocator add to one object.
  static let overhead = 48
}
