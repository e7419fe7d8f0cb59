extension StoredTensor {
  /// A tensor of numbers in memory, to be written to a file.
  ///
  /// - Parameters:
  ///   - elements: row-major.
  ///   - shape: as many elements.
  /// - Precondition: the shape fits.
  public init(_ elements: [Float], shape: [Int]) {
    precondition(shape.reduce(1, *) == elements.count, "\(elements.count) elements as \(shape)")
    let file = MappedFile(path: "memory", count: elements.count * 4) { byte in
      UInt8(truncatingIfNeeded: elements[byte / 4].bitPattern >> (8 * UInt32(byte % 4)))
    }
    do throws(CheckpointError) {
      try self.init(file, storage: 0..<file.count, type: .f32, shape: shape)
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
