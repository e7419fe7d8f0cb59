import Foundation
import LocalServer

/// A mirror on this machine that serves tiny networks under the names of the published ones.
enum PublishedServer {
  /// A server of files by path below the root; what is not there gets status 404.
  static func start(_ files: [String: String]) throws -> LocalServer {
    let contents = try files.mapValues { Array(try Data(contentsOf: URL(filePath: $0))) }
    return try LocalServer { request in
      if let bytes = contents[String(request.path.dropFirst())] { return .file(bytes, request) }
      let folder = String(request.path.dropFirst())
      let names = contents.keys.filter { $0.hasPrefix(folder) && folder.hasSuffix("/") }.sorted()
      guard !names.isEmpty else { return .init(status: 404, headers: ["Content-Length: 0"]) }
      let links = names.map { "<a href=\"/\($0)\">\($0)</a>" }
      return .file(Array(links.joined(separator: "\n").utf8), request)
    }
  }

  /// The networks of `edm2-img64-s-autog-fid`, tiny, with reference statistics.
  static func autoguidance(references: String? = nil) throws -> LocalServer {
    var files = [
      "posthoc-reconstructions/edm2-img64-s-1073741-0.045.pkl": Fixture.path("tiny-cond.pkl"),
      "posthoc-reconstructions/edm2-img64-xs-0134217-0.110.pkl": Fixture.path("tiny-weak.pkl"),
    ]
    if let references { files["dataset-refs/img64.pkl"] = references }
    return try start(files)
  }
}
