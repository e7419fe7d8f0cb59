import Foundation

/// What ``AlgorithmTuner`` measured on one device with one driver, in the user's cache.
public struct TuningFile: Codable, Sendable {
  /// One choice.
  struct Entry: Codable, Sendable {
    let shape: ConvolutionShape
    let algorithm: ConvolutionAlgorithm
  }

  /// Device, driver and library version, for people who read the file.
  let device: String

  private(set) var entries: [Accuracy: [Entry]] = [:]

  /// Where the choices for a device are.
  ///
  /// - Parameter device: by its names, version and driver.
  /// - Returns: a file that may not exist.
  public static func url(for device: OpenCLDevice) -> URL {
    var digest = SHA256()
    digest.update(description(of: device))
    return CacheFolder.tuning.url.appendingPathComponent("\(digest.finish().prefix(16)).json")
  }

  private static func description(of device: OpenCLDevice) -> String {
    [device.platform, device.name, device.version, device.driver, libraryVersion]
      .joined(separator: "; ")
  }

  /// What was measured for a device before, or nothing.
  ///
  /// - Parameter device: the device.
  public init(for device: OpenCLDevice) {
    let stored = (try? Data(contentsOf: Self.url(for: device)))
      .flatMap { try? JSONDecoder().decode(TuningFile.self, from: $0) }
    let description = Self.description(of: device)
    if let stored, stored.device == description {
      self = stored
    } else {
      self.device = description
    }
  }

  /// Adds results, in place of older ones for the same shapes.
  public mutating func add(_ results: [AlgorithmTuner.Result], _ accuracy: Accuracy) {
    let shapes = Set(results.map(\.shape))
    let others = (entries[accuracy] ?? []).filter { !shapes.contains($0.shape) }
    entries[accuracy] = others + results.map { Entry(shape: $0.shape, algorithm: $0.best) }
  }

  /// Writes the file.
  ///
  /// - Parameter device: the device that was measured.
  /// - Throws: ``FileError``.
  public func write(for device: OpenCLDevice) throws {
    let url = Self.url(for: device)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try AtomicFile.write(Array(try encoder.encode(self)), to: url.path)
  }

  /// The default table with the choices measured for an accuracy before its rules; nil if nothing
  /// was measured.
  public func table(_ accuracy: Accuracy) -> AlgorithmTable? {
    guard let entries = entries[accuracy], !entries.isEmpty else { return nil }
    var table = AlgorithmTable.cpu(accuracy)
    for entry in entries { table.measured[entry.shape] = entry.algorithm }
    return table
  }
}
