/// What this program was built from.
public enum BuildInfo {
  /// Short hash of the commit, or `unknown` outside a repository.
  public static let commit = buildCommit
}
