import Foundation
import GuidedDiffusion

/// Throws if a file exists that is not to be replaced.
func refuseExisting(_ path: String) throws(FileError) {
  var isFolder: ObjCBool = false
  if unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
    isRegularFile(path) || isFolder.boolValue
  {
    throw FileError("write", path, reason: "it exists; --overwrite replaces it")
  }
}

/// Whether `path` names a plain file, or a link to one.
func isRegularFile(_ path: String) -> Bool {
  let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
  return (try? url.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true
}
