import Synchronization

/// A SHA-256 that is computed when it is first asked for: it reads a whole file.
final class LazyDigest: Sendable {
  private let digest: Mutex<String?>
  private let compute: @Sendable () -> String

  init(_ compute: @escaping @Sendable () -> String) {
    digest = Mutex(nil)
    self.compute = compute
  }

  /// 64 hexadecimal digits.
  var value: String {
    digest.withLock { digest in
      if let digest { return digest }
      let computed = compute()
      digest = computed
      return computed
    }
  }

  /// A digest known from elsewhere.
  static func known(_ digest: String) -> LazyDigest { LazyDigest { digest } }

  /// The digest of all bytes of a file.
  static func file(_ file: MappedFile) -> LazyDigest {
    LazyDigest {
      var digest = SHA256()
      file.withBytes(0..<file.count) { digest.update($0) }
      return digest.finish()
    }
  }

  /// The identity of a network: its configuration, its encoder and, in the order of their names,
  /// name, type, shape and elements of all tensors.
  static func network(
    _ configuration: EDM2Configuration, _ encoder: ImageEncoder, _ tensors: NamedTensors
  ) -> LazyDigest {
    LazyDigest {
      var digest = SHA256()
      digest.update("edm2 1\n\(configuration.json)\n\(encoder.json)\n")
      for name in tensors.names.sorted() {
        guard let tensor = tensors[name] else { continue }
        digest.update("\(name) \(tensor.type.rawValue) \(tensor.shape)\n")
        tensor.forEachPiece { digest.update($0) }
      }
      return digest.finish()
    }
  }
}
