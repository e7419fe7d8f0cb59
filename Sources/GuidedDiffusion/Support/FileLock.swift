import Glibc

/// A lock on a file name that one process holds at a time, on all machines that share the folder;
/// the system frees it when the process ends, however that happens.
public struct FileLock: ~Copyable {
  private let path: String
  private let descriptor: CInt

  /// Takes the lock, when it is free.
  ///
  /// - Parameters:
  ///   - path: of the lock's own file, which is made, and deleted with the lock; its folder must
  ///     exist.
  ///   - waiting: called every tenth of a second as long as another process has the lock; what it
  ///     throws ends the waiting.
  /// - Throws: ``FileError``, or what `waiting` throws.
  public init(_ path: String, waiting: () throws -> Void = {}) throws {
    var descriptor = try Self.open(path)
    while true {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
        // Who had the lock before may have deleted its file since it was opened here.
        if Self.isCurrent(descriptor, path) { break }
        close(descriptor)
        descriptor = try Self.open(path)
      } else if errno == EWOULDBLOCK {
        do { try waiting() } catch {
          close(descriptor)
          throw error
        }
        usleep(100_000)
      } else if errno != EINTR {
        Diagnostics.warn("\(path): this file system has no locks; going on without")
        break
      }
    }
    self.path = path
    self.descriptor = descriptor
  }

  private static func open(_ path: String) throws(FileError) -> CInt {
    let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw FileError.system("write", path) }
    return descriptor
  }

  /// Whether the open file is the one that `path` names.
  static func isCurrent(_ descriptor: CInt, _ path: String) -> Bool {
    var (opened, named) = (stat(), stat())
    guard unsafe fstat(descriptor, &opened) == 0, unsafe stat(path, &named) == 0 else {
      return false
    }
    return opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
  }

  deinit {
    _ = unsafe unlink(path)
    close(descriptor)
  }
}
