import Foundation
import GuidedDiffusion

/// Appends a response to the part that it continues.
final class PartReceiver: TransferReceiver {
  private let part: PartialFile
  private let download: Download
  private let progress: (Int, Int?) -> Void

  init(
    _ part: PartialFile, of download: Download, _ progress: @escaping (Int, Int?) -> Void
  ) {
    (self.part, self.download, self.progress) = (part, download, progress)
  }

  func begin(_ response: Response) throws {
    if response.status == 200 {
      // The whole file: the server knows no parts, or the file is another one by now.
      try part.restart(version: response.version, total: response.total)
    } else if response.start != part.count || (part.total != nil && response.total != part.total) {
      try part.restart()
      throw DownloadError(.interrupted, download.url, "the server sent another part than asked for")
    }
    if let total = part.total {
      try checkLimit(total)
      try checkRoom(total - part.count)
    }
  }

  func receive(_ bytes: RawSpan) throws {
    try checkLimit(part.count + bytes.byteCount)
    try part.append(bytes)
    progress(part.count, part.total)
  }

  /// Throws unless everything has arrived.
  func checkLength() throws {
    if let total = part.total, part.count != total {
      throw DownloadError(
        .interrupted, download.url, "\(part.count) of \(total) bytes arrived")
    }
    if part.count == 0 { throw DownloadError(.content, download.url, "the file is empty") }
  }

  private func checkLimit(_ bytes: Int) throws {
    guard let limit = download.limit, bytes > limit else { return }
    part.discard()
    throw DownloadError(
      .content, download.url, "\(bytes) bytes are more than the \(limit) that it can have")
  }

  private func checkRoom(_ bytes: Int) throws {
    let folder = URL(fileURLWithPath: part.path).deletingLastPathComponent()
    let values = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
    guard let free = (values?[.systemFreeSize] as? NSNumber)?.intValue, bytes > free else { return }
    throw DownloadError(
      .space, download.url, "\(bytes) bytes are to come, \(folder.path) has room for \(free)")
  }
}
