import Foundation
import Testing

@testable import GuidedDiffusion

@Suite("Safetensors") struct SafetensorsTests {
  @Test(
    "writing what was read gives the same file",
    arguments: ["tiny-weak.forward", "sampling", "numpy-randomstate", "torch-cpu-rng"])
  func roundTrip(name: String) throws {
    let path = Fixture.path("\(name).safetensors")
    let file = try SafetensorsFile(path)
    try Fixture.withTemporaryFolder { folder in
      try SafetensorsFile.write(file.tensors, metadata: file.metadata, to: "\(folder)/copy")
      #expect(
        try Data(contentsOf: URL(filePath: "\(folder)/copy"))
          == Data(contentsOf: URL(filePath: path)))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["copy"])
    }
  }

  @Test("metadata and every type of element survive")
  func lossless() throws {
    let bytes = MappedFile((0..<64).map { UInt8($0) }, path: "bytes")
    var tensors: [(name: String, tensor: StoredTensor)] = []
    for type in ElementType.allCases {
      let tensor = try StoredTensor(
        bytes, storage: 0..<64, type: type, shape: [2, 2], strides: [1, 3], offset: 1)
      tensors.append((type.rawValue, tensor))
    }
    let metadata = [SafetensorsFile.Metadata("b", "1\n\"ä"), SafetensorsFile.Metadata("a", "")]
    try Fixture.withTemporaryFolder { folder in
      try SafetensorsFile.write(tensors, metadata: metadata, to: "\(folder)/all")
      let file = try SafetensorsFile("\(folder)/all")
      #expect(file.metadata == metadata && file.text("b") == "1\n\"ä")
      #expect(file.tensors.names == tensors.map(\.name))
      for (name, tensor) in tensors {
        #expect(file[name]?.bytes == tensor.bytes)
        #expect(file[name]?.shape == tensor.shape && file[name]?.type == tensor.type)
      }
    }
  }

  @Test(
    "a bad header is refused",
    arguments: [
      #"[]"#, #"{"a":1}"#, #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#,
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
      #"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
      #"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}"#,
      #"{"a":{"dtype":"F32","shape":[9223372036854775807,4],"data_offsets":[0,8]}}"#,
      #"{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}"#,
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
      #"{"__metadata__":{"a":1},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, #"{"#,
    ])
  func badHeader(header: String) {
    #expect(throws: CheckpointError.self) {
      try SafetensorsFile(MappedFile(Self.bytes(header), path: "bad"))
    }
  }

  @Test("a header that is longer than the file is refused without being allocated")
  func oversizedHeader() {
    var bytes = Self.bytes("{}")
    for length: UInt64 in [11, 1 << 40, .max] {
      bytes.replaceSubrange(0..<8, with: littleEndian(length))
      #expect(throws: CheckpointError.self) { try SafetensorsFile(MappedFile(bytes, path: "bad")) }
    }
  }

  @Test("missing, empty and unreadable files give one line")
  func missing() throws {
    try Fixture.withTemporaryFolder { folder in
      try Data().write(to: URL(filePath: "\(folder)/empty"))
      let reasons = [
        "\(folder)/none": "cannot open: No such file or directory",
        "\(folder)/empty": "the file is empty",
        folder: "not a regular file",
      ]
      for (path, reason) in reasons {
        #expect(throws: CheckpointError(file: path, reason: reason)) { try SafetensorsFile(path) }
      }
      #expect(throws: FileError.self) {
        try SafetensorsFile.write([], metadata: [], to: "\(folder)/none/file")
      }
    }
  }

  /// A file with `header` and eight bytes of data.
  private static func bytes(_ header: String) -> [UInt8] {
    littleEndian(UInt64(header.utf8.count)) + Array(header.utf8) + [UInt8](repeating: 0, count: 8)
  }
}

/// The bytes of a length, the lowest first.
private func littleEndian(_ length: UInt64) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
}
