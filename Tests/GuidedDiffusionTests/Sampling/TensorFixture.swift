import Foundation

/// The tensors of a safetensors file in Fixtures, converted to `Double`.
struct TensorFixture {
  let tensors: [String: (shape: [Int], values: [Double])]

  init(_ name: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures")
    let data = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    let length = Int(Self.word(data[0..<8]))
    let header = try JSONSerialization.jsonObject(with: Data(data[8..<8 + length]))
    var tensors: [String: (shape: [Int], values: [Double])] = [:]
    for case (let name, let entry as [String: Any]) in header as? [String: Any] ?? [:] {
      guard let type = entry["dtype"] as? String, let shape = entry["shape"] as? [Int],
        let span = entry["data_offsets"] as? [Int]
      else { continue }
      let bytes = data[(8 + length + span[0])..<(8 + length + span[1])]
      tensors[name] = (shape, Self.values(bytes, type))
    }
    self.tensors = tensors
  }

  subscript(name: String) -> [Double] { tensors[name]?.values ?? [] }

  private static func values(_ bytes: ArraySlice<UInt8>, _ type: String) -> [Double] {
    let size = ["F64": 8, "I64": 8, "F32": 4, "U8": 1][type] ?? 1
    return stride(from: bytes.startIndex, to: bytes.endIndex, by: size).map {
      let bits = word(bytes[$0..<$0 + size])
      switch type {
      case "F64": return Double(bitPattern: bits)
      case "F32": return Double(Float(bitPattern: UInt32(bits)))
      default: return Double(Int64(bitPattern: bits))
      }
    }
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

/// Largest difference of two sequences of one length; infinite if the lengths differ.
func largestDifference(_ a: some Sequence<Double>, _ b: some Sequence<Double>) -> Double {
  let (a, b) = (Array(a), Array(b))
  return a.count == b.count ? zip(a, b).map { ($0 - $1).magnitude }.max() ?? .infinity : .infinity
}
