/// What a server said about the bytes that follow.
struct Response: Hashable, Sendable {
  /// The status of HTTP: 200 for a whole file, 206 for a part.
  var status: Int

  /// Number of bytes that follow, if it says so.
  var length: Int?

  /// Where the bytes begin in the file.
  var start = 0

  /// Length of the whole file, if it says so.
  var total: Int?

  /// Names the version of the file: a strong entity tag, else the date of its last change.
  var version: String?

  /// Reads the headers, which `header` gives by name; nil if they contradict themselves.
  init?(status: Int, header: (String) -> String?) {
    self.status = status
    length = header("content-length").flatMap { Int($0) }
    let tag = header("etag").flatMap { $0.hasPrefix("W/") ? nil : $0 }
    version = tag ?? header("last-modified")
    guard status == 206 else {
      total = length
      return
    }
    // "bytes 200-1023/1024", or "/*" of an unknown length (RFC 9110, section 14.4).
    guard let range = header("content-range"), range.hasPrefix("bytes "),
      let slash = range.firstIndex(of: "/")
    else { return nil }
    let ends = range[..<slash].dropFirst(6).split(separator: "-").map { Int($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], 0 <= first, first <= last
    else { return nil }
    start = first
    total = Int(range[range.index(after: slash)...])
    if let total, last >= total { return nil }
    if let length, length != last - first + 1 { return nil }
  }
}
