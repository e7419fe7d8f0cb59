import Foundation

/// The kinds of files that a figure can be written to.
public enum FigureFormat: String, CaseIterable, Sendable {
  /// Pixels.
  case png

  /// Vectors, for the web.
  case svg

  /// Vectors, for print.
  case pdf

  /// The format that a file's name asks for by its ending.
  ///
  /// - Parameter path: of the file.
  /// - Throws: ``FigureError`` if the ending is none of ours.
  public init(path: String) throws(FigureError) {
    let name = URL(fileURLWithPath: path)
    guard let format = FigureFormat(rawValue: name.pathExtension.lowercased()) else {
      throw FigureError(
        reason: "cannot draw \(path): let its name end in .png, .svg or .pdf")
    }
    self = format
  }
}
