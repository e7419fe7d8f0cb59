import Foundation
import Glibc

/// The file under which another one is written, beside it: `.a.png.1.partial` for `a.png`, or the
/// next number as long as another writer has that.
///
/// The writer holds a lock on it. A file without one was left by a process that was killed; the next
/// to write the same file takes it over, so that nothing piles up.
struct TemporaryFile {
  let path: String
  let descriptor: CInt

  /// Opens an empty one; nil if it cannot be opened, and `errno` says why.
  ///
  /// - Parameter target: the file that it is to become.
  init?(beside target: URL) {
    var number = 0
    while true {
      number += 1
      let path = Self.path(beside: target, "\(number)")
      switch Self.take(path) {
      case .taken(let descriptor):
        (self.path, self.descriptor) = (path, descriptor)
        return
      case .isInUse: continue
      case .failed: return nil
      case .hasNoLocks:
        // Without locks the name must be one that no other process chooses.
        let own = Self.path(beside: target, "\(getpid())")
        let descriptor = unsafe open(own, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        if descriptor < 0 { return nil }
        (self.path, self.descriptor) = (own, descriptor)
        return
      }
    }
  }

  private static func path(beside target: URL, _ suffix: String) -> String {
    target.deletingLastPathComponent()
      .appendingPathComponent(".\(target.lastPathComponent).\(suffix).partial").path
  }

  fileprivate enum Attempt {
    case taken(CInt)
    case isInUse
    case hasNoLocks
    case failed
  }

  /// Opens, locks and empties a file; what is there but cannot be opened is somebody else's.
  fileprivate static func take(_ path: String) -> Attempt {
    while true {
      let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
      if descriptor < 0 { return exists(path) ? .isInUse : .failed }
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        let isInUse = errno == EWOULDBLOCK
        close(descriptor)
        if isInUse { return .isInUse }
        _ = unsafe unlink(path)
        return .hasNoLocks
      }
      // Who had it may have renamed or deleted it since it was opened here.
      if FileLock.isCurrent(descriptor, path) {
        if ftruncate(descriptor, 0) == 0 { return .taken(descriptor) }
        close(descriptor)
        return .failed
      }
      close(descriptor)
    }
  }

  /// Whether there is anything of this name; `errno` stays.
  private static func exists(_ path: String) -> Bool {
    let reason = errno
    defer { errno = reason }
    var status = stat()
    return unsafe lstat(path, &status) == 0
  }
}

extension AtomicFile {
  /// Deletes what killed processes left of files that they were writing; files that are being written
  /// stay.
  ///
  /// - Parameters:
  ///   - folder: that holds them.
  ///   - isMeant: whether what is left of the file of this name is to go.
  public static func removeAbandoned(in folder: URL, where isMeant: (String) -> Bool) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names {
      guard let match = name.wholeMatch(of: /\.(.+)\.\d+\.partial/), isMeant(String(match.1)) else {
        continue
      }
      let path = folder.appendingPathComponent(name).path
      guard case .taken(let descriptor) = TemporaryFile.take(path) else { continue }
      _ = unsafe unlink(path)
      close(descriptor)
    }
  }
}
