/// Semantic version of this library and its programs.
public let libraryVersion = "0.1.0"
