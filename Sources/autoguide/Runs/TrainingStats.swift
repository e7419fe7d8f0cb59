import Foundation
import GuidedDiffusion

/// `stats.jsonl`: one line of statistics per tick, named as in the official run folder.
struct TrainingStats {
  /// One statistic: number, mean and standard deviation of the values of a tick.
  struct Entry: Codable {
    var num: Int
    var mean: Double
    var std: Double

    /// Of the numbers since the last line.
    init(_ values: RunningMean) {
      (num, mean, std) = (values.count, values.mean, values.deviation)
    }

    /// Of one number.
    init(_ value: Double) { (num, mean, std) = (1, value, 0) }
  }

  private let path: String

  /// The lines so far: images in thousands, and the loss.
  private(set) var losses: [(kimg: Double, loss: Double)] = []

  /// Opens the file and drops what lies after a time: a training that was ended by force goes on
  /// from an earlier state.
  init(_ path: String, upTo images: Int) throws {
    self.path = path
    guard isRegularFile(path) else { return }
    let lines = String(decoding: try readFile(path), as: UTF8.self).split(separator: "\n")
    var kept: [Substring] = []
    for line in lines {
      guard let json = try? JSON(parsing: String(line), source: path),
        let kimg = json["Progress/kimg"]?["mean"]?.double, kimg <= Double(images) / 1000,
        let loss = json["Loss/loss"]?["mean"]?.double
      else { continue }
      kept.append(line)
      losses.append((kimg, loss))
    }
    if kept.count < lines.count {
      let text = kept.map { "\($0)\n" }.joined()
      try AtomicFile.write(Array(text.utf8), to: path)
    }
  }

  /// Adds a line.
  mutating func append(_ entries: [String: Entry], kimg: Double, loss: Double) throws {
    var line = entries.mapValues { entry in
      JSON.object([
        .init("num", .integer(entry.num)), .init("mean", .number(entry.mean)),
        .init("std", .number(entry.std)),
      ])
    }
    line["timestamp"] = .number(Date.now.timeIntervalSince1970)
    let object = JSON.object(line.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
    try appendLine(object.description, to: path)
    losses.append((kimg, loss))
  }
}

/// Mean and deviation of numbers that come one by one.
struct RunningMean {
  var count = 0
  var sum = 0.0
  var squares = 0.0

  mutating func add(_ value: Double) {
    guard value.isFinite else { return }
    count += 1
    sum += value
    squares += value * value
  }

  var mean: Double { count > 0 ? sum / Double(count) : 0 }

  var deviation: Double {
    count > 0 ? max(0, squares / Double(count) - mean * mean).squareRoot() : 0
  }
}

/// Appends a line to a file, which is made if it is not there.
func appendLine(_ line: String, to path: String) throws(FileError) {
  if !FileManager.default.fileExists(atPath: path) { try AtomicFile.write([], to: path) }
  do {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data("\(line)\n".utf8))
    try file.close()
  } catch {
    throw FileError("write", path, reason: error.localizedDescription)
  }
}
