import Foundation
import GuidedDiffusion

/// The error of one convolution by one algorithm.
struct ConvolutionError: Codable {
  let name: String
  let algorithm: String

  /// Largest error over the root mean square of the exact result.
  let error: Double

  /// For people.
  var line: String { String(format: "%@  error %.1e", "\(name) \(algorithm)", error) }
}

/// What was measured of many convolutions, perhaps in several runs: a file of JSON objects, one a
/// line, reports and errors.
final class ConvolutionSweep {
  private(set) var reports: [Report] = []
  private var errors: [[String]: Double] = [:]
  private let file: String?

  /// What is in a file, if it is there.
  init(file: String?) throws {
    self.file = file
    guard let file, FileManager.default.fileExists(atPath: file) else { return }
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
      throw StoredRunError(file: file, reason: "cannot be read")
    }
    for (index, line) in text.split(separator: "\n").enumerated() {
      let data = Data(line.utf8)
      if let report = try? JSONDecoder().decode(Report.self, from: data) {
        keep(report)
      } else if let error = try? JSONDecoder().decode(ConvolutionError.self, from: data) {
        errors[[error.name, error.algorithm]] = error.error
      } else {
        throw StoredRunError(
          file: file, reason: "line \(index + 1) is not what bench conv stores: delete that line")
      }
    }
  }

  private func keep(_ report: Report) {
    reports.append(report)
    if let algorithm = report.algorithm { errors[[report.name, algorithm]] = report.error }
  }

  /// Whether a time is there.
  func has(_ name: String, _ algorithm: String, batch: Int) -> Bool {
    reports.contains { $0.name == name && $0.algorithm == algorithm && $0.batch == batch }
  }

  /// The error, if it is there.
  func error(_ name: String, _ algorithm: String) -> Double? { errors[[name, algorithm]] }

  func add(_ report: Report) throws {
    keep(report)
    try store(report)
  }

  func add(_ error: ConvolutionError) throws {
    errors[[error.name, error.algorithm]] = error.error
    try store(error)
  }

  /// Adds a line to the file.
  private func store(_ row: some Encodable) throws {
    guard let file else { return }
    if !FileManager.default.fileExists(atPath: file) { try AtomicFile.write([], to: file) }
    guard let handle = FileHandle(forWritingAtPath: file) else {
      throw FileError("write", file, reason: "it cannot be opened")
    }
    try handle.seekToEnd()
    try handle.write(contentsOf: Data((Output.json(row) + "\n").utf8))
    try handle.close()
  }
}
