import CCurl

/// What takes the bytes of a response.
protocol TransferReceiver: AnyObject {
  /// Called once, before the first byte of a response with status 200 or 206.
  ///
  /// What it throws ends the transfer.
  func begin(_ response: Response) throws

  /// Called with the bytes in order.
  func receive(_ bytes: RawSpan) throws
}

/// One GET request over HTTP (libcurl): follows redirections, asks for a part of the file.
struct Transfer {
  /// Of scheme https, or http where the user named the server.
  let url: String

  /// First byte wanted.
  var offset = 0

  /// The version of the file that a part is wanted of; of another one the whole file comes.
  var version: String?

  /// Seconds until a connection must stand, and that a transfer may stand still.
  var patience = (connecting: 20, standing: 60)

  /// Whether unprotected connections are allowed: only if the user asked for one. Redirections from
  /// https never lead to http.
  var allowsHTTP: Bool { url.lowercased().hasPrefix("http://") }

  /// Asks, and gives the answer to `receiver`.
  ///
  /// - Throws: ``DownloadError``, what `receiver` throws, or `CancellationError`.
  func run(_ receiver: any TransferReceiver) throws {
    let state = TransferState(url: url, receiver: receiver)
    let handle = CurlHandle()
    handle.set(CURLOPT_URL, url)
    handle.set(CURLOPT_USERAGENT, "autoguide")
    let schemes = allowsHTTP ? "http,https" : "https"
    handle.set(CURLOPT_PROTOCOLS_STR, schemes)
    handle.set(CURLOPT_REDIR_PROTOCOLS_STR, schemes)
    handle.set(CURLOPT_FOLLOWLOCATION, 1)
    handle.set(CURLOPT_MAXREDIRS, 5)
    handle.set(CURLOPT_NOSIGNAL, 1)
    handle.set(CURLOPT_CONNECTTIMEOUT, patience.connecting)
    handle.set(CURLOPT_LOW_SPEED_LIMIT, 1)
    handle.set(CURLOPT_LOW_SPEED_TIME, patience.standing)
    var headers: [String] = []
    if offset > 0 {
      handle.set(CURLOPT_RANGE, "\(offset)-")
      if let version { headers.append("If-Range: \(version)") }
    }
    let code = handle.perform(state, headers: headers)
    if let failure = state.failure { throw failure }
    guard code == CURLE_OK else { throw error(code) }
    try state.begin(handle)
  }

  private func error(_ code: CURLcode) -> any Error {
    let text = unsafe String(cString: curl_easy_strerror(code))
    switch code {
    case CURLE_ABORTED_BY_CALLBACK: return CancellationError()
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT:
      return DownloadError(
        .unreachable, url, "the server cannot be reached (\(text)): check the connection")
    case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING,
      CURLE_OPERATION_TIMEDOUT, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      return DownloadError(.interrupted, url, "the connection broke off (\(text))")
    case CURLE_UNSUPPORTED_PROTOCOL:
      return DownloadError(.refused, url, "it leads to an address that is not https")
    default:
      return DownloadError(.refused, url, text)
    }
  }
}

/// What libcurl's callbacks work on.
final class TransferState {
  private let url: String
  private let receiver: any TransferReceiver
  private var hasBegun = false
  private(set) var failure: (any Error)?

  init(url: String, receiver: any TransferReceiver) {
    (self.url, self.receiver) = (url, receiver)
  }

  /// Looks at the answer before its first byte, or when it has none.
  func begin(_ handle: borrowing CurlHandle) throws {
    guard !hasBegun else { return }
    hasBegun = true
    let status = handle.status
    switch status {
    case 200, 206: break
    case 403, 404, 410:
      throw DownloadError(.missing, url, "the server answers that it is not there (\(status))")
    case 416: throw DownloadError(.range, url, "the server has no such part (416)")
    case 408, 429, 500...599:
      throw DownloadError(.interrupted, url, "the server cannot answer now (\(status))")
    default: throw DownloadError(.refused, url, "the server answers with status \(status)")
    }
    guard let response = Response(status: status, header: { handle.header($0) }) else {
      throw DownloadError(.refused, url, "the server's headers contradict themselves")
    }
    try receiver.begin(response)
  }

  /// Takes bytes.
  ///
  /// - Returns: whether the transfer goes on.
  func receive(_ bytes: RawSpan, _ handle: borrowing CurlHandle) -> Bool {
    do {
      try begin(handle)
      try receiver.receive(bytes)
      return true
    } catch {
      failure = failure ?? error
      return false
    }
  }
}
