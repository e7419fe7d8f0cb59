import CCurl

/// Owns, or borrows in a callback, one easy handle of libcurl.
@safe struct CurlHandle: ~Copyable {
  private let handle: UnsafeMutableRawPointer
  private let isOwner: Bool

  private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  init() {
    guard Self.isReady, let handle = unsafe curl_easy_init() else {
      fatalError("libcurl does not start")
    }
    unsafe self.handle = handle
    isOwner = true
  }

  private init(borrowing handle: UnsafeMutableRawPointer) {
    unsafe self.handle = handle
    isOwner = false
  }

  deinit { if isOwner { unsafe curl_easy_cleanup(handle) } }

  func set(_ option: CURLoption, _ number: Int) {
    unsafe autoguide_curl_number(handle, option, number)
  }

  func set(_ option: CURLoption, _ text: String) {
    unsafe autoguide_curl_text(handle, option, text)
  }

  /// Status of the last response.
  var status: Int { unsafe autoguide_curl_status(handle) }

  /// A header of the last response.
  func header(_ name: String) -> String? {
    unsafe autoguide_curl_header(handle, name).map { unsafe String(cString: $0) }
  }

  /// Sends the request and gives what comes to `state`, until that or the task ends it.
  func perform(_ state: TransferState, headers: [String]) -> CURLcode {
    var list: UnsafeMutablePointer<curl_slist>?
    for header in headers { unsafe list = unsafe curl_slist_append(list, header) }
    defer { unsafe curl_slist_free_all(list) }
    unsafe autoguide_curl_headers(handle, list)
    let context = unsafe CallbackContext(handle: handle, state: state)
    return withExtendedLifetime(context) {
      unsafe autoguide_curl_callbacks(
        handle, Self.receive, Self.progress, Unmanaged.passUnretained(context).toOpaque())
      return unsafe curl_easy_perform(handle)
    }
  }

  private static let receive: autoguide_curl_receive = { bytes, size, count, context in
    guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
    let callback = unsafe Unmanaged<CallbackContext>.fromOpaque(context).takeUnretainedValue()
    let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    let handle = unsafe CurlHandle(borrowing: callback.handle)
    // Another number than all of them ends the transfer.
    return unsafe callback.state.receive(buffer.bytes, handle) ? size * count : 0
  }

  private static let progress: autoguide_curl_progress = { _, _, _, _, _ in Task.isCancelled ? 1 : 0
  }
}

/// What the callbacks get.
@safe private final class CallbackContext {
  let handle: UnsafeMutableRawPointer
  let state: TransferState

  init(handle: UnsafeMutableRawPointer, state: TransferState) {
    unsafe self.handle = handle
    self.state = state
  }
}
