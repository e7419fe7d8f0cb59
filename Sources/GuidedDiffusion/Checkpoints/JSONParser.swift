extension JSON {
  /// Reads JSON text.
  ///
  /// - Parameters:
  ///   - text: one value, with nothing but white space around it.
  ///   - source: what the text is called in errors.
  /// - Throws: ``CheckpointError`` with the offset in the text.
  public init(parsing text: String, source: String = "JSON") throws(CheckpointError) {
    let file = MappedFile(Array(text.utf8), path: source)
    self = try JSON(file, 0..<file.count, Allowance(for: file))
  }

  /// Reads the JSON text in `range` of `file`.
  init(_ file: MappedFile, _ range: Range<Int>, _ allowance: Allowance) throws(CheckpointError) {
    var parser = JSONParser(file: file, range: range, allowance: allowance)
    self = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == range.upperBound else { throw parser.error("text after the value") }
  }
}

/// A strict recursive-descent parser: no repeated names, no trailing commas, bounded depth.
private struct JSONParser {
  let file: MappedFile
  let end: Int
  var position: Int
  let allowance: Allowance

  init(file: MappedFile, range: Range<Int>, allowance: Allowance) {
    self.file = file
    end = range.upperBound
    position = range.lowerBound
    self.allowance = allowance
  }

  /// Deeper values could exhaust the stack.
  static let deepest = 32

  func error(_ what: String) -> CheckpointError {
    file.error("bad JSON: \(what)", at: position)
  }

  /// The next byte, or 0 at the end.
  var next: UInt8 { position < end ? file[position] : 0 }

  mutating func skipSpace() {
    while position < end, [0x20, 0x09, 0x0a, 0x0d].contains(file[position]) { position += 1 }
  }

  mutating func take(_ byte: Character) -> Bool {
    guard position < end, file[position] == byte.asciiValue else { return false }
    position += 1
    return true
  }

  mutating func expect(_ byte: Character) throws(CheckpointError) {
    skipSpace()
    guard take(byte) else { throw error("'\(byte)' expected") }
  }

  mutating func value(depth: Int) throws(CheckpointError) -> JSON {
    guard depth < Self.deepest else { throw error("nested too deep") }
    skipSpace()
    switch Character(Unicode.Scalar(next)) {
    case "{": return try object(depth: depth)
    case "[": return try array(depth: depth)
    case "\"": return .string(try string())
    case "t": return try word("true", .bool(true))
    case "f": return try word("false", .bool(false))
    case "n": return try word("null", .null)
    case "-", "0"..."9": return try number()
    default: throw error("no value")
    }
  }

  mutating func word(_ word: String, _ value: JSON) throws(CheckpointError) -> JSON {
    for character in word {
      guard take(character) else { throw error("no value") }
    }
    return value
  }

  mutating func array(depth: Int) throws(CheckpointError) -> JSON {
    try expect("[")
    var elements: [JSON] = []
    skipSpace()
    if take("]") { return .array(elements) }
    while true {
      try allowance.append(try value(depth: depth + 1), to: &elements, at: position)
      skipSpace()
      if take("]") { return .array(elements) }
      try expect(",")
    }
  }

  mutating func object(depth: Int) throws(CheckpointError) -> JSON {
    try expect("{")
    var members: [JSON.Member] = []
    var names: Set<String> = []
    skipSpace()
    if take("}") { return .object(members) }
    while true {
      skipSpace()
      let start = position
      let name = try string()
      try allowance.takeEntry(String.self, at: start)
      guard names.insert(name).inserted else {
        position = start
        throw error("the name \"\(name)\" stands twice")
      }
      try expect(":")
      let member = JSON.Member(name, try value(depth: depth + 1))
      try allowance.append(member, to: &members, at: start)
      skipSpace()
      if take("}") { return .object(members) }
      try expect(",")
    }
  }
}

extension JSONParser {
  mutating func number() throws(CheckpointError) -> JSON {
    let start = position
    _ = take("-")
    if !take("0") { try digits() }
    var isInteger = true
    if take(".") {
      isInteger = false
      try digits()
    }
    if take("e") || take("E") {
      isInteger = false
      if !take("-") { _ = take("+") }
      try digits()
    }
    let text = try allowance.string(file, start..<position)
    if isInteger, let integer = Int(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else {
      position = start
      throw error("the number is too large")
    }
    return .number(number)
  }

  mutating func digits() throws(CheckpointError) {
    guard 0x30...0x39 ~= next else { throw error("a digit expected") }
    while 0x30...0x39 ~= next { position += 1 }
  }

  mutating func string() throws(CheckpointError) -> String {
    guard take("\"") else { throw error("'\"' expected") }
    var text = ""
    while true {
      let start = position
      while position < end, file[position] >= 0x20, file[position] != 0x22, file[position] != 0x5c {
        position += 1
      }
      text += try allowance.string(file, start..<position)
      if take("\"") { return text }
      guard take("\\") else {
        throw error(position < end ? "a control character in a string" : "a string has no end")
      }
      text.unicodeScalars.append(try escape())
    }
  }

  mutating func escape() throws(CheckpointError) -> Unicode.Scalar {
    let letter = Character(Unicode.Scalar(next))
    position += 1
    switch letter {
    case "\"", "\\", "/": return letter.unicodeScalars.first ?? "?"
    case "b": return "\u{8}"
    case "f": return "\u{c}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      let unit = try hexadecimal()
      if UTF16.isLeadSurrogate(unit) {
        guard take("\\"), take("u") else { throw error("half a surrogate pair") }
        let trail = try hexadecimal()
        guard UTF16.isTrailSurrogate(trail) else { throw error("half a surrogate pair") }
        return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
      }
      guard let scalar = Unicode.Scalar(unit) else { throw error("half a surrogate pair") }
      return scalar
    default:
      position -= 1
      throw error("an unknown escape sequence")
    }
  }

  mutating func hexadecimal() throws(CheckpointError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(next)).hexDigitValue, next < 0x80 else {
        throw error("four hexadecimal digits expected")
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }
}
