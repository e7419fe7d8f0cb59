/// Pictures in labelled rows and columns: a row per seed, a column per method.
public struct ContactSheet: Sendable {
  /// What stands beside a row or above a column: a name, and a smaller line below it.
  public struct Label: Hashable, Sendable {
    /// In bold.
    public var name: String

    /// Smaller and in grey; may be empty.
    public var detail: String

    /// A label of one or two lines.
    public init(_ name: String, detail: String = "") {
      self.name = name
      self.detail = detail
    }
  }

  /// A line above everything.
  public var title: String

  /// Smaller lines below the title.
  public var introduction: [String] = []

  /// A small line at the foot: what the sheet was made with.
  public var footer: String = ""

  /// From left to right.
  public var columns: [Label]

  /// From the top.
  public var rows: [Label]

  /// One row of pictures per label of ``rows``, one picture or gap per label of ``columns``.
  public var pictures: [[Picture?]]

  /// A small line below each picture, in the form of ``pictures``; none if empty.
  public var captions: [[String]] = []

  /// Device pixels per unit of length: 2 looks sharp on today's screens.
  public var scale: Int = 2

  /// Pictures are enlarged by a whole factor until they have at least this edge, in units.
  public var smallestEdge: Int = 96

  /// A sheet without introduction, captions and footer.
  public init(title: String, columns: [Label], rows: [Label], pictures: [[Picture?]]) {
    self.title = title
    self.columns = columns
    self.rows = rows
    self.pictures = pictures
  }
}

/// A figure that cannot be drawn.
public struct FigureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Why, and what to do.
  public let reason: String

  /// One line for a user.
  public var description: String { reason }
}

extension ContactSheet {
  /// Draws the sheet.
  ///
  /// Pictures are enlarged by nearest neighbour: each of their pixels is a square of one colour.
  ///
  /// - Returns: an RGB picture.
  /// - Throws: ``FigureError`` if the sheet would be larger than cairo can draw.
  /// - Precondition: there is a picture or gap for each row and column, all of one size.
  public func draw() throws(FigureError) -> Picture {
    let ruler = Canvas(width: 1, height: 1, background: .paper)
    let layout = SheetLayout(self) { ruler.width(of: $0, font: $1) }
    guard max(layout.width, layout.height) <= SheetLayout.largestEdge else {
      throw FigureError(
        reason: "a sheet of \(layout.width) x \(layout.height) pixels is too large to draw; "
          + "ask for fewer rows or columns")
    }
    let canvas = Canvas(width: layout.width, height: layout.height, background: .paper)
    for line in layout.lines {
      canvas.write(
        line.text, x: line.x, y: line.baseline, font: line.style.font(scale: scale),
        colour: line.style.colour)
    }
    for (cell, picture) in zip(layout.cells.joined(), pictures.joined()) where picture != nil {
      canvas.fill(cell.framed(by: scale), .frame)
    }
    var sheet = canvas.finish()
    for (cell, picture) in zip(layout.cells.joined(), pictures.joined()) {
      if let picture { sheet.paste(picture, x: cell.x, y: cell.y, factor: layout.factor) }
    }
    return sheet
  }
}

extension Rectangle {
  /// The area with a border of `pixels` around it.
  fileprivate func framed(by pixels: Int) -> Rectangle {
    Rectangle(
      x: x - pixels, y: y - pixels, width: width + 2 * pixels, height: height + 2 * pixels)
  }
}
