import Foundation

/// A folder on a server that lists its files as a page of links.
public struct RemoteFolder {
  /// Ends in a slash.
  public let url: String

  /// Most bytes of a page.
  private static let limit = 4 << 20

  /// A folder.
  public init(_ url: String) { self.url = url.hasSuffix("/") ? url : "\(url)/" }

  /// The names of its files: links without folders, in order.
  ///
  /// - Throws: ``DownloadError``, `CancellationError`.
  public func names() throws -> [String] {
    let page = Page(url: url, limit: Self.limit)
    try Transfer(url: url).run(page)
    return Self.links(in: String(decoding: page.bytes, as: UTF8.self))
  }

  /// The targets of links that name a file in the same folder.
  static func links(in page: String) -> [String] {
    var names: [String] = []
    for match in page.matches(of: /(?i)href\s*=\s*(?:"([^"]*)"|'([^']*)')/) {
      guard let target = match.1 ?? match.2 else { continue }
      let path = target.prefix { $0 != "?" && $0 != "#" }
      let name = path.split(separator: "/").last.flatMap { String($0).removingPercentEncoding }
      guard let name, !path.hasSuffix("/"), !name.hasPrefix("."), !name.contains("/"),
        !names.contains(name)
      else { continue }
      names.append(name)
    }
    return names
  }

  private final class Page: TransferReceiver {
    private let url: String
    private let limit: Int
    private(set) var bytes: [UInt8] = []

    init(url: String, limit: Int) { (self.url, self.limit) = (url, limit) }

    func begin(_ response: Response) {}

    func receive(_ part: RawSpan) throws {
      guard bytes.count + part.byteCount <= limit else {
        throw DownloadError(.content, url, "the list of files is larger than \(limit) bytes")
      }
      unsafe part.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
  }
}
