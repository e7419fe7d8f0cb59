import Foundation

/// The user's cache: `$AUTOGUIDE_CACHE`, or `${XDG_CACHE_HOME:-~/.cache}/autoguide`.
public enum CacheFolder: String, CaseIterable, Sendable {
  /// Built kernels.
  case kernels
  /// Networks that the user put there.
  case networks
  /// Measured choices of algorithms.
  case tuning

  /// The folder above all of them.
  public static var root: URL {
    let environment = ProcessInfo.processInfo.environment
    if let path = environment["AUTOGUIDE_CACHE"], !path.isEmpty {
      return URL(fileURLWithPath: path, isDirectory: true)
    }
    if let path = environment["XDG_CACHE_HOME"], !path.isEmpty {
      return URL(fileURLWithPath: path, isDirectory: true).appendingPathComponent("autoguide")
    }
    // As a shell expands ~: $HOME before the user database.
    let home =
      environment["HOME"].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
      ?? FileManager.default.homeDirectoryForCurrentUser
    return home.appendingPathComponent(".cache/autoguide", isDirectory: true)
  }

  /// This folder; it may not exist yet.
  public var url: URL { Self.root.appendingPathComponent(rawValue, isDirectory: true) }
}
