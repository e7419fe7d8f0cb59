import Foundation
import Synchronization

/// A server of HTTP on this machine, for tests: it answers as a closure says, also wrongly.
public final class LocalServer: Sendable {
  /// What a client asked.
  public struct Request: Hashable, Sendable {
    /// With a leading slash.
    public var path: String
    /// First byte of the range, if the client wants a part.
    public var start: Int?
    /// The version that a part is wanted of.
    public var ifRange: String?
    /// How often this path was asked for before.
    public var number: Int
  }

  /// What the server sends.
  public struct Reply: Sendable {
    /// Status of HTTP.
    public var status = 200
    /// Lines of the header.
    public var headers: [String] = []
    /// The body.
    public var body: [UInt8] = []
    /// Bytes of the body after which the connection is closed.
    public var breaksAfter: Int?
    /// Seconds to wait after each 64 KB.
    public var pause = 0.0

    /// A reply without body.
    public init(status: Int = 200, headers: [String] = []) {
      (self.status, self.headers) = (status, headers)
    }

    /// A file, or the part of it that was asked for, with an entity tag.
    public static func file(
      _ bytes: [UInt8], _ request: Request, version: String = "\"1\""
    ) -> Reply {
      var reply = Reply(headers: ["ETag: \(version)"])
      let isSame = request.ifRange == nil || request.ifRange == version
      if let start = request.start, isSame {
        guard start < bytes.count else { return Reply(status: 416) }
        reply.status = 206
        reply.headers.append("Content-Range: bytes \(start)-\(bytes.count - 1)/\(bytes.count)")
        reply.body = Array(bytes[start...])
      } else {
        reply.body = bytes
      }
      reply.headers.append("Content-Length: \(reply.body.count)")
      return reply
    }
  }

  private let socket: CInt
  private let port: UInt16
  private let answer: @Sendable (Request) -> Reply
  private let log = Mutex<[Request]>([])

  /// Listens on a free port.
  public init(_ answer: @escaping @Sendable (Request) -> Reply) throws {
    self.answer = answer
    socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = socket
    let isListening = unsafe withUnsafeMutablePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(descriptor, address, size) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, address, &size) == 0
      }
    }
    guard isListening else { throw POSIXError(.EADDRNOTAVAIL) }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [weak self] in
      while true {
        let client = accept(descriptor, nil, nil)
        guard client >= 0, let self else { return }
        Thread.detachNewThread { self.serve(client) }
      }
    }
  }

  deinit {
    shutdown(socket, CInt(SHUT_RDWR))
    close(socket)
  }

  /// Address of the root, without a slash at the end.
  public var url: String { "http://127.0.0.1:\(port)" }

  /// What was asked so far.
  public var requests: [Request] { log.withLock { $0 } }

  private func serve(_ client: CInt) {
    defer { close(client) }
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !text.contains("\r\n\r\n") {
      let count = unsafe read(client, &buffer, buffer.count)
      guard count > 0 else { return }
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
    let lines = text.components(separatedBy: "\r\n")
    func header(_ name: String) -> String? {
      lines.first { $0.lowercased().hasPrefix("\(name): ") }.map {
        String($0.dropFirst(name.count + 2))
      }
    }
    let path = lines[0].split(separator: " ").dropFirst().first.map(String.init) ?? "/"
    let start = header("range").flatMap { Int($0.dropFirst(6).prefix { $0 != "-" }) }
    let request = log.withLock { log in
      let request = Request(
        path: path, start: start, ifRange: header("if-range"),
        number: log.count { $0.path == path })
      log.append(request)
      return request
    }
    let reply = answer(request)
    let head = ["HTTP/1.1 \(reply.status) Status", "Connection: close"] + reply.headers
    let headBytes = Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    guard send(client, headBytes[...]) else { return }
    var rest = reply.body[..<min(reply.breaksAfter ?? .max, reply.body.count)]
    while !rest.isEmpty {
      guard send(client, rest.prefix(1 << 16)) else { return }
      rest = rest.dropFirst(1 << 16)
      if reply.pause > 0 { Thread.sleep(forTimeInterval: reply.pause) }
    }
    shutdown(client, CInt(SHUT_WR))
  }

  private func send(_ client: CInt, _ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(client, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
