import Testing

@testable import Figures

@Suite struct HeatMapTests {
  private func map(_ values: [[Double?]]) -> HeatMap {
    HeatMap(
      title: "FID", xLabel: "w", yLabel: "EMA length",
      columns: (0..<(values.first?.count ?? 0)).map { "c\($0)" },
      rows: values.indices.map { "r\($0)" }, values: values)
  }

  /// The texts of a drawing with their places.
  private func texts(_ drawing: Drawing) -> [String: SIMD2<Double>] {
    var texts: [String: SIMD2<Double>] = [:]
    for case .text(let text, let place, _, _, _) in drawing.allShapes { texts[text] = place }
    return texts
  }

  private func areas(_ drawing: Drawing) -> [Colour] {
    drawing.allShapes.compactMap { if case .area(_, let colour) = $0 { colour } else { nil } }
  }

  @Test func numbersStandInTheirRowsAndColumns() throws {
    let texts = texts(map([[1.5, 20], [nil, 300]]).drawing())
    let (a, b, c) = (try #require(texts["1.500"]), try #require(texts["20.00"]), texts["300.0"])
    #expect(a.y == b.y && a.x < b.x && c?.x == b.x)
    #expect(c?.y ?? 0 < b.y)  // the second row is above the first
    #expect(texts["c0"]?.x == a.x && texts["c1"]?.x == b.x)
    #expect(texts["r1"]?.y ?? 0 < texts["r0"]?.y ?? 0)
  }

  @Test func coloursFollowTheLogarithm() {
    let colours = areas(map([[1, 10, 100]]).drawing())
    #expect(colours == [ColourMap.colour(0), ColourMap.colour(0.5), ColourMap.colour(1)])
    let linear = areas(map([[-1, 0, 1]]).drawing())
    #expect(linear == colours)
    #expect(areas(map([[nil, .nan, 7]]).drawing()).count == 1)
  }

  @Test func theMarkedCellHasAFrame() {
    var map = map([[1, 2], [3, 4]])
    func frames() -> Int {
      map.drawing().allShapes.count {
        if case .lines(_, true, let stroke) = $0 { stroke.colour == .orange } else { false }
      }
    }
    #expect(frames() == 0)
    map.marked = .init(row: 1, column: 0)
    #expect(frames() == 1)
  }

  @Test(arguments: [[], [[]], [[nil]], [[5, 5]]] as [[[Double?]]])
  func littleDataIsDrawn(values: [[Double?]]) throws {
    #expect(try !map(values).drawing().encode(as: .svg).isEmpty)
  }

  /// Lightness rises along the scale, so that order is seen without colours.
  @Test func lightnessRises() {
    let lightness = stride(from: 0, through: 1, by: 0.05).map { share in
      let colour = ColourMap.colour(share)
      return 0.2126 * Double(colour.red) + 0.7152 * Double(colour.green)
        + 0.0722 * Double(colour.blue)
    }
    #expect(zip(lightness, lightness.dropFirst()).allSatisfy { $0 < $1 })
  }
}
