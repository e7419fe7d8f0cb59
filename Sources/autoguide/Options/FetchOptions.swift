import ArgumentParser
import Foundation
import GuidedDiffusion

/// From where published files are taken.
struct FetchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Take the files from this address instead, which holds the folders posthoc-reconstructions, "
        + "raw-snapshots and dataset-refs.", valueName: "url"))
  var mirror: String?

  @Flag(help: "Use what is there, download nothing.")
  var offline = false

  func validate() throws {
    guard let mirror else { return }
    let scheme = URL(string: mirror)?.scheme?.lowercased()
    guard ["http", "https"].contains(scheme) else {
      throw ValidationError(
        "--mirror \(mirror): give an address that starts with https:// or http://")
    }
  }

  /// The address of a file.
  func url(_ file: PublishedFile) -> String {
    mirror.map { "\($0.hasSuffix("/") ? $0 : "\($0)/")\(file.path)" } ?? file.url
  }
}
