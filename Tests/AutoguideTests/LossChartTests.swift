import Testing

@testable import autoguide

@Suite struct LossChartTests {
  @Test func aFallingLineGoesFromCornerToCorner() {
    var chart = LossChart()
    chart.size = (columns: 4, rows: 2)
    let lines = chart.lines([3, 2, 1], end: "9")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("   3.0000 ┤"))
    #expect(lines[1].hasPrefix("   1.0000 ┤"))
    #expect(lines[2] == "          └── 9")
    let dots = lines.prefix(2).map { $0.dropFirst(11).unicodeScalars.map { $0.value - 0x2800 } }
    #expect(dots[0][0] & 0x01 != 0 && dots[1][3] & 0x80 != 0)
    #expect(dots[0][3] == 0 && dots[1][0] == 0)
  }

  @Test func everyColumnHasADotHoweverManyValues() {
    let values = (0..<10_000).map { 1 / Double($0 + 1) }
    let lines = LossChart().lines(values, end: "")
    for column in 11..<75 {
      #expect(lines.dropLast().contains { Array($0.unicodeScalars)[column].value > 0x2800 })
    }
    #expect(LossChart().lines([1], end: "").isEmpty)
    #expect(LossChart().lines([.nan, .infinity], end: "").isEmpty)
  }

  @Test(arguments: [
    ("65536", 65536), ("60k", 60000), ("1.5M", 1_500_000), ("128Ki", 131_072), ("8Mi", 8 << 20),
    ("0", 0),
  ])
  func countsOfImages(text: String, images: Int) {
    #expect(ImageCount(argument: text)?.images == images)
  }

  @Test(arguments: ["", "Ki", "-1", "nan", "1e99", "1 k", "2x", "inf"])
  func noCounts(text: String) { #expect(ImageCount(argument: text) == nil) }
}
