/// One argument of a kernel.
enum Argument {
  case buffer(Buffer)

  /// A number or a vector by value.
  case bytes([UInt8])

  /// A whole number that grows with the batch: N times this.
  case perImage(Int)

  static func int(_ value: Int) -> Argument { .value(Int32(value)) }
  static func float(_ value: Double) -> Argument { .value(Float(value)) }

  /// A vector such as `float16`.
  static func vector<Element: BitwiseCopyable>(_ elements: [Element]) -> Argument {
    unsafe elements.withUnsafeBytes { unsafe .bytes(Array($0)) }
  }

  /// A number.
  static func value<Value: BitwiseCopyable>(_ value: Value) -> Argument {
    unsafe withUnsafeBytes(of: value) { unsafe .bytes(Array($0)) }
  }
}
