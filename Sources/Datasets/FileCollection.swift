import Foundation

/// Files under names with `/` between folders: a folder or a zip file.
protocol FileCollection {
  /// Path of the whole.
  var source: String { get }

  /// Names of all files, sorted.
  var names: [String] { get }

  /// The bytes of a file.
  func read(_ name: String) throws(DatasetError) -> [UInt8]
}

/// Opens a folder or a zip file.
func openFiles(_ path: String) throws(DatasetError) -> any FileCollection {
  var isFolder: ObjCBool = false
  guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
    throw DatasetError(path, reason: "there is no such file or folder")
  }
  return isFolder.boolValue ? try FolderFiles(path) : try ZIPFiles(path)
}

/// The files in a folder and below.
struct FolderFiles: FileCollection {
  let source: String
  let names: [String]

  init(_ path: String) throws(DatasetError) {
    source = path
    guard let subpaths = FileManager.default.subpaths(atPath: path) else {
      throw DatasetError(path, reason: "the folder cannot be read")
    }
    names = subpaths.filter { name in
      var isFolder: ObjCBool = false
      return unsafe FileManager.default.fileExists(
        atPath: "\(path)/\(name)", isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sortedLikePython()
  }

  func read(_ name: String) throws(DatasetError) -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(source)/\(name)")))
    } catch {
      throw DatasetError(source, member: name, reason: "it cannot be read")
    }
  }
}

extension Sequence<String> {
  /// Sorted by Unicode scalars, as the official tools sort.
  func sortedLikePython() -> [String] {
    sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
  }
}
