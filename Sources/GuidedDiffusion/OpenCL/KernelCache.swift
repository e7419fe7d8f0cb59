import Foundation

/// Built programs on disk, by the SHA-256 of source, options, device and driver.
///
/// A cache that cannot be read or written costs time, never correctness: its failures are
/// silent but for one warning.
struct KernelCache {
  let folder: URL

  /// The cache in the user's cache folder; nil and one warning where it cannot be written.
  static let shared: KernelCache? = {
    let folder = CacheFolder.kernels.url
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      guard FileManager.default.isWritableFile(atPath: folder.path) else {
        throw CocoaError(.fileWriteNoPermission)
      }
      return KernelCache(folder: folder)
    } catch {
      Diagnostics.warn(
        "\(folder.path) cannot be written: kernels are compiled anew in every run;"
          + " set AUTOGUIDE_CACHE to another folder")
      return nil
    }
  }()

  /// File name of a program.
  func key(_ source: KernelSource, options: String, device: OpenCLDevice) -> String {
    var digest = SHA256()
    for text in [
      KernelSource.prelude, source.text, options, device.platform, device.name, device.version,
      device.driver,
    ] {
      digest.update("\(text.utf8.count):\(text)")
    }
    return "\(source.name)-\(digest.finish().prefix(32))"
  }

  func read(_ key: String) -> [UInt8]? {
    (try? Data(contentsOf: folder.appendingPathComponent(key))).map(Array.init)
  }

  func write(_ binary: [UInt8], for key: String) {
    try? Data(binary).write(to: folder.appendingPathComponent(key), options: .atomic)
  }
}
