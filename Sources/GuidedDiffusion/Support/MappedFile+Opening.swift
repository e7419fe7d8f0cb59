import Glibc

extension MappedFile {
  /// Maps the file at `path`.
  ///
  /// - Parameter path: a regular file.
  /// - Returns: all its bytes.
  /// - Throws: ``CheckpointError`` if it is missing, empty, no regular file or not readable.
  public static func open(_ path: String) throws(CheckpointError) -> MappedFile {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system(path, "cannot open") }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .system(path, "cannot look at") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw CheckpointError(file: path, reason: "not a regular file")
    }
    let count = Int(status.st_size)
    guard count > 0 else { throw CheckpointError(file: path, reason: "the file is empty") }
    guard let start = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
      unsafe start != UnsafeMutableRawPointer(bitPattern: -1)
    else { throw .system(path, "cannot map") }
    return unsafe MappedFile(
      path: path, start: UnsafeRawPointer(start), count: count, release: .unmap)
  }

  /// Gives a mapping back.
  @unsafe static func unmap(_ start: UnsafeRawPointer, _ count: Int) {
    unsafe munmap(UnsafeMutableRawPointer(mutating: start), count)
  }
}
