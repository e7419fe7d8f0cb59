import Testing

@testable import Figures

@Suite struct ContactSheetTests {
  /// Two rows, three columns of `edge` x `edge` noise.
  private func sheet(edge: Int, channels: Int, scale: Int = 2) -> ContactSheet {
    var sheet = ContactSheet(
      title: "Title",
      columns: [.init("no guidance"), .init("w = 2", detail: "autoguidance"), .init("guide")],
      rows: [.init("T-shirt", detail: "seed 0"), .init("Ankle boot", detail: "seed 1")],
      pictures: (0..<2).map { row in
        (0..<3).map { column in
          noise(width: edge, height: edge, channels: channels, seed: UInt64(row * 3 + column))
        }
      })
    sheet.scale = scale
    sheet.introduction = ["One line.", "Another."]
    sheet.captions = [["a", "b", "c"], ["d", "a very long caption of one picture", "f"]]
    sheet.footer = "autoguide"
    return sheet
  }

  private func layout(_ sheet: ContactSheet) -> SheetLayout {
    let ruler = Canvas(width: 1, height: 1, background: .paper)
    return SheetLayout(sheet) { ruler.width(of: $0, font: $1) }
  }

  @Test(arguments: [1, 32, 63, 64, 100], [1, 3])
  func everyPictureStandsInItsCell(edge: Int, channels: Int) throws {
    let sheet = sheet(edge: edge, channels: channels)
    let layout = layout(sheet)
    let drawn = try sheet.draw()
    #expect((drawn.width, drawn.height) == (layout.width, layout.height))
    #expect(edge * layout.factor >= sheet.smallestEdge * sheet.scale)
    for (row, cells) in layout.cells.enumerated() {
      for (column, cell) in cells.enumerated() {
        guard let picture = sheet.pictures[row][column] else { continue }
        #expect(cell.width == edge * layout.factor && cell.height == edge * layout.factor)
        for y in 0..<cell.height {
          for x in 0..<cell.width {
            let expected = picture[x / layout.factor, y / layout.factor]
            let actual = drawn[cell.x + x, cell.y + y]
            let colours =
              expected.count == 1 ? Array(repeating: expected.first, count: 3) : Array(expected)
            guard Array(actual) == colours.compactMap({ $0 }) else {
              Issue.record("row \(row), column \(column), pixel (\(x), \(y))")
              return
            }
          }
        }
      }
    }
  }

  @Test func nothingOverlaps() {
    let layout = layout(sheet(edge: 32, channels: 1))
    for (a, b) in zip(layout.cells[0], layout.cells[0].dropFirst()) {
      #expect(a.x + a.width < b.x)
    }
    #expect(layout.cells[0][0].y + layout.cells[0][0].height < layout.cells[1][0].y)
    let ruler = Canvas(width: 1, height: 1, background: .paper)
    for line in layout.lines {
      let right = line.x + ruler.width(of: line.text, font: line.style.font(scale: 2))
      #expect(line.x >= 0 && right <= Double(layout.width) && line.baseline < Double(layout.height))
      for cell in layout.cells.joined() where abs(line.baseline - Double(cell.y)) < 20 {
        #expect(right < Double(layout.cells[0][0].x) || line.baseline < Double(cell.y), "\(line)")
      }
    }
  }

  @Test func everyLabelIsWritten() {
    let sheet = sheet(edge: 32, channels: 1)
    let texts = Set(layout(sheet).lines.map(\.text))
    for label in sheet.columns + sheet.rows {
      #expect(texts.isSuperset(of: [label.name, label.detail].filter { !$0.isEmpty }))
    }
    #expect(
      texts.isSuperset(
        of: ["Title", "One line.", "Another.", "autoguide"] + sheet.captions.joined()))
  }

  @Test func textIsDrawnOnALightGround() throws {
    let drawn = try sheet(edge: 32, channels: 1).draw()
    #expect(Array(drawn[0, 0]) == [0xfb, 0xfa, 0xf7])
    let title = (20..<120).flatMap { x in (48..<90).map { y in drawn[x, y].first ?? 0 } }
    #expect(title.contains { $0 < 80 })
  }

  @Test func aGapStaysEmpty() throws {
    var sheet = sheet(edge: 8, channels: 1)
    sheet.pictures[1][2] = nil
    let cell = layout(sheet).cells[1][2]
    let drawn = try sheet.draw()
    #expect(Array(drawn[cell.x + cell.width / 2, cell.y + cell.height / 2]) == [0xfb, 0xfa, 0xf7])
  }

  @Test func aSheetTooLargeIsRefused() {
    let picture = noise(width: 2000, height: 2, channels: 1, seed: 0)
    let sheet = ContactSheet(
      title: "", columns: (0..<20).map { .init("\($0)") }, rows: [.init("0")],
      pictures: [Array(repeating: picture, count: 20)])
    #expect(throws: FigureError.self) { try sheet.draw() }
  }
}
