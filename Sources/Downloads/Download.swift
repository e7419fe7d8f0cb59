import Foundation
import GuidedDiffusion

/// A file that is to lie somewhere, and where it can be had.
///
/// It is fetched into a hidden file beside its place, which a later call goes on with, and gets its
/// name when length, SHA-256 and content are right. Of several processes that want the same file one
/// fetches it, the others wait.
public struct Download {
  /// Where it is published.
  public var url: String

  /// Where it is to lie; the folder is made.
  public var path: String

  /// SHA-256 known from elsewhere; the digest of the first download counts if nil.
  public var sha256: String?

  /// Most bytes that it may have.
  public var limit: Int?

  /// Whether only files that are there may be used.
  public var isOffline = false

  /// Looks at the content of the file at a path before it gets its name; throws if it is not what it
  /// should be.
  public var check: (String) throws -> Void = { _ in }

  /// Pauses in seconds before what failed is tried again; each part that arrives renews them.
  public var pauses: [Double] = [1, 3, 10]

  /// Bytes after which a download that is killed is sure to go on.
  public var recordEvery = 64 << 20

  /// A download without a digest.
  public init(_ url: String, to path: String) { (self.url, self.path) = (url, path) }

  /// Where the file came from.
  public enum Outcome: Hashable, Sendable {
    /// It was there.
    case present
    /// It was fetched.
    case fetched
  }

  /// Fetches the file if it is not there, and checks it.
  ///
  /// - Parameters:
  ///   - waiting: called once if another process is fetching the file.
  ///   - progress: called with the bytes that are there, and with all of them if that is known.
  /// - Returns: whether it was fetched.
  /// - Throws: ``DownloadError``, ``FileError``, `CancellationError`; what is there stays.
  public func run(
    waiting: () -> Void = {}, progress: @escaping (Int, Int?) -> Void = { _, _ in }
  ) throws -> Outcome {
    if isThere { return try checked() }
    guard !isOffline else {
      throw DownloadError(.unreachable, url, "it is not at \(path), and downloads are switched off")
    }
    try makeFolder()
    var isWaiting = false
    let lock = try FileLock(hidden("lock")) {
      try Task.checkCancellation()
      if !isWaiting { waiting() }
      isWaiting = true
    }
    defer { _ = lock }
    if isThere { return try checked() }
    let part = try PartialFile(hidden("partial"), url: url, recordEvery: recordEvery)
    try fetch(part, progress)
    try accept(part)
    return .fetched
  }

  private var isThere: Bool { FileManager.default.fileExists(atPath: path) }

  private func hidden(_ ending: String) -> String {
    let place = URL(fileURLWithPath: path)
    return place.deletingLastPathComponent()
      .appendingPathComponent(".\(place.lastPathComponent).\(ending)").path
  }

  private func makeFolder() throws(FileError) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError("make the folder", folder.path, reason: error.localizedDescription)
    }
  }

  /// Checks a file that is there.
  private func checked() throws -> Outcome {
    if let wanted = sha256 ?? Pin.read(of: path) {
      let found = try Pin.digest(of: path)
      guard found == wanted else {
        throw FileError(
          "use", path,
          reason: "its SHA-256 is \(found.prefix(16))..., not \(wanted.prefix(16))...: it was "
            + "damaged or replaced; delete it to fetch it again")
      }
    }
    return .present
  }

  /// Fetches until all is there, trying again as long as something arrives.
  private func fetch(_ part: PartialFile, _ progress: @escaping (Int, Int?) -> Void) throws {
    var failures = 0
    while true {
      let before = part.count
      do {
        return try transfer(part, progress)
      } catch let error as DownloadError where [.interrupted, .range].contains(error.kind) {
        if part.count > before { failures = 0 }
        if error.kind == .range { try part.restart() }
        guard failures < pauses.count else {
          throw DownloadError(
            error.kind, url, "\(error.reason); what has arrived is kept, try again to go on")
        }
        try pause(pauses[failures])
        failures += 1
      }
    }
  }

  private func transfer(_ part: PartialFile, _ progress: @escaping (Int, Int?) -> Void) throws {
    let receiver = PartReceiver(part, of: self, progress)
    do {
      // A part may be all there is: then nothing is left to ask for.
      if part.count == 0 || part.count != part.total {
        try Transfer(url: url, offset: part.count, version: part.version).run(receiver)
      }
      try receiver.checkLength()
    } catch {
      try? part.record()
      throw error
    }
  }

  private func pause(_ seconds: Double) throws {
    let end = Date(timeIntervalSinceNow: seconds)
    while Date() < end {
      try Task.checkCancellation()
      Thread.sleep(forTimeInterval: min(0.1, seconds))
    }
  }

  /// Checks what has arrived, pins it and gives it its name.
  private func accept(_ part: PartialFile) throws {
    let found = part.sha256
    if let wanted = sha256 ?? Pin.read(of: path), wanted != found {
      part.discard()
      let hint = sha256 == nil ? "; delete \(Pin.path(of: path)) if the file is new" : ""
      throw DownloadError(
        .content, url,
        "what arrived has the SHA-256 \(found.prefix(16))..., not \(wanted.prefix(16))...\(hint)")
    }
    do { try check(part.path) } catch {
      part.discard()
      throw DownloadError(.content, url, "what arrived is not what it should be (\(error))")
    }
    if sha256 == nil { try Pin.write(found, of: path) }
    try part.commit(to: path)
  }
}
