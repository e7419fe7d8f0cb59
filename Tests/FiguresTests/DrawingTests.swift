import Foundation
import Testing

@testable import Figures

@Suite struct DrawingTests {
  private let view = PlotView(centre: .zero, halfWidth: 1)

  private func plot(points: Int) -> Plot {
    var random = SplitMix(state: 1)
    func uniform() -> Double { Double(random.next() >> 11) / 0x1p52 - 1 }
    var panel = Panel("Samples", detail: "w = 3", view: view)
    panel.marks = [
      .areas([[SIMD2(-0.5, -0.5), SIMD2(0.5, -0.5), SIMD2(0, 0.5)]], .orange),
      .paths([[SIMD2(0, 0), SIMD2(3, 0)]], width: 1, .ink),
      .arrows([.init(tail: .zero, vector: SIMD2(0, 0.5))], width: 1, .blue),
      .dots((0..<points).map { _ in SIMD2(uniform(), uniform()) }, radius: 0.5, .ink),
      .dots([SIMD2(1.5, 0), SIMD2(.nan, 0)], radius: 0.5, .ink),
    ]
    var plot = Plot(title: "A & B", panels: [panel, Panel("Empty", view: view)])
    plot.introduction = ["One line"]
    plot.footer = "autoguide"
    plot.panelEdge = 100
    return plot
  }

  @Test func formatsFollowTheEnding() throws {
    #expect(try FigureFormat(path: "a/b.PNG") == .png)
    #expect(try FigureFormat(path: "b.svg") == .svg)
    #expect(try FigureFormat(path: "b.x.pdf") == .pdf)
    for path in ["b", "b.gif", "png", ".svg"] {
      #expect(throws: FigureError.self, "\(path)") { try FigureFormat(path: path) }
    }
  }

  @Test func everyFormatIsWrittenTheSameEachTime() throws {
    let drawing = plot(points: 100).drawing()
    for format in FigureFormat.allCases {
      let file = try drawing.encode(as: format)
      #expect(try file == drawing.encode(as: format), "\(format)")
      let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("autoguide-\(UUID().uuidString).\(format.rawValue)").path
      try drawing.write(to: path)
      #expect(try Array(Data(contentsOf: URL(fileURLWithPath: path))) == file)
      try FileManager.default.removeItem(atPath: path)
    }
    let pdf = try drawing.encode(as: .pdf)
    #expect(pdf.starts(with: "%PDF-".utf8))
    #expect(String(decoding: pdf.suffix(16), as: UTF8.self).contains("%%EOF"))
  }

  /// A dot is a line of no length.
  @Test(arguments: [0, 1, 5000])
  func anSVGHasEveryPoint(points: Int) throws {
    let file = try plot(points: points).drawing().encode(as: .svg)
    let svg = String(decoding: file, as: UTF8.self)
    #expect(svg.hasPrefix("<?xml") && svg.contains("</svg>"))
    let steps = svg.split(separator: "M ").dropFirst().map { $0.prefix { $0 != "M" && $0 != "\"" } }
    let dots = steps.count { step in
      let ends = step.split(separator: " L ")
      return ends.count == 2
        && ends[0].trimmingCharacters(in: .whitespaces)
          == ends[1].trimmingCharacters(in: .whitespaces)
    }
    #expect(dots == points)
  }

  @Test func pixelsShowWhatIsDrawn() throws {
    let drawing = plot(points: 0).drawing()
    let picture = try drawing.picture(scale: 2)
    #expect((picture.width, picture.height) == (2 * drawing.width, 2 * drawing.height))
    let colours = Set(
      (0..<picture.height).flatMap { y in (0..<picture.width).map { Array(picture[$0, y]) } })
    for colour in [Colour.paper, .orange, .ink, .blue] {
      #expect(colours.contains([colour.red, colour.green, colour.blue]), "\(colour)")
    }
    // What leaves the view is cut off: the second panel is white inside its frame.
    let box = try #require(boxes(drawing).last)
    for y in Int(2 * box.y) + 4..<Int(2 * (box.y + box.height)) - 4 {
      for x in Int(2 * box.x) + 4..<Int(2 * (box.x + box.width)) - 4 {
        #expect(picture[x, y].elementsEqual([255, 255, 255]))
      }
    }
  }

  @Test func panelsDoNotOverlap() {
    let boxes = boxes(plot(points: 0).drawing())
    #expect(boxes.count == 2 && boxes[0].x + boxes[0].width < boxes[1].x)
    var plot = plot(points: 0)
    plot.columns = 1
    let drawing = plot.drawing()
    let stacked = self.boxes(drawing)
    #expect(stacked[0].y + stacked[0].height < stacked[1].y)
    #expect(stacked[1].y + stacked[1].height < Double(drawing.height))
  }

  @Test func everyTextIsWrittenWithinThePage() {
    let drawing = plot(points: 0).drawing()
    var texts: [String] = []
    let ruler = Canvas(width: 1, height: 1, background: .paper)
    for case .text(let text, let point, let alignment, let font, _) in drawing.allShapes {
      texts.append(text)
      let width = ruler.width(of: text, font: font)
      let left = point.x - (alignment == .start ? 0 : alignment == .middle ? width / 2 : width)
      #expect(left >= 0 && left + width <= Double(drawing.width), "\(text)")
      #expect(font.size <= point.y && point.y <= Double(drawing.height), "\(text)")
    }
    #expect(texts == ["A & B", "One line", "Samples", "w = 3", "Empty", "autoguide"])
  }

  @Test func aDrawingTooLargeIsRefused() {
    let drawing = Drawing(width: 20000, height: 10)
    #expect(throws: FigureError.self) { try drawing.picture(scale: 2) }
  }

  private func boxes(_ drawing: Drawing) -> [Drawing.Box] {
    drawing.shapes.compactMap { shape in
      if case .clipped(_, let box) = shape { box } else { nil }
    }
  }
}
