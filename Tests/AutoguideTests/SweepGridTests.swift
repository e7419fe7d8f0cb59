import Testing

@testable import autoguide

@Suite struct SweepGridTests {
  private let two = SweepGrid(guidance: [1, 1.5, 2], ema: [], guides: [.none, .none])

  @Test func noGuidanceIsOnePointForAllGuides() {
    #expect(two.points.map(\.guidance) == [1, 1.5, 2, 1.5, 2])
    #expect(two.points.map(\.guide) == [nil, 0, 0, 1, 1])
  }

  @Test func lengthsOfBothNetworksAreCombined() {
    let grid = SweepGrid(
      guidance: [1, 2], ema: [0.05, 0.1], guides: [.each([0.05, 0.1, 0.15]), .same, .none])
    let points = grid.points
    #expect(points.count { $0.isUnguided } == 2)
    #expect(points.count { $0.guide == 0 } == 6)
    #expect(points.filter { $0.guide == 1 }.allSatisfy { $0.ema == $0.guideEMA })
    #expect(points.filter { $0.guide == 2 }.map(\.guideEMA) == [nil, nil])
    #expect(Set(points).count == points.count)
  }

  @Test func aRoundHalvesTheStepBesideTheBestPointOfEachGuide() {
    // A parabola for each guide, with the bottom at 1.6 and beyond the grid's edge.
    func distance(_ point: SweepPoint) -> Double {
      let bottom = point.guide == 0 ? 1.6 : 2.3
      return (point.guidance - bottom) * (point.guidance - bottom)
    }
    var distances = Dictionary(uniqueKeysWithValues: two.points.map { ($0, distance($0)) })
    func round() -> [[Double]] {
      let new = two.refinement(distances)
      for point in new { distances[point] = distance(point) }
      return [0, 1].map { guide in new.filter { $0.guide == guide }.map(\.guidance) }
    }
    #expect(round() == [[1.25, 1.75], [1.75, 2.25]])
    #expect(round() == [[1.375, 1.625], [2.125, 2.375]])
    #expect(round() == [[1.5625, 1.6875], [2.1875, 2.3125]])
  }

  @Test func lengthsAreRefinedWithThreeDecimals() {
    let grid = SweepGrid(guidance: [1, 2], ema: [0.05, 0.1], guides: [.each([0.1, 0.105])])
    let best = SweepPoint(guide: 0, guidance: 2, ema: 0.05, guideEMA: 0.1)
    var distances = Dictionary(uniqueKeysWithValues: grid.points.map { ($0, 2.0) })
    distances[best] = 1
    let new = grid.refinement(distances)
    #expect(new.map(\.guidance) == [1.5, 2.5, 2, 2, 2, 2])
    #expect(new.compactMap(\.ema) == [0.05, 0.05, 0.025, 0.075, 0.05, 0.05])
    #expect(new.suffix(2).map(\.guideEMA) == [0.098, 0.103])
  }

  @Test func equalLengthsMoveTogetherAndStayInBounds() {
    let grid = SweepGrid(guidance: [2], ema: [0.004, 0.288], guides: [.same])
    let distances = Dictionary(
      uniqueKeysWithValues: grid.points.map { ($0, $0.ema == 0.288 ? 1.0 : 2) })
    #expect(
      grid.refinement(distances) == [
        SweepPoint(guide: 0, guidance: 2, ema: 0.146, guideEMA: 0.146)
      ])
    #expect(grid.refinement([:]).isEmpty)
  }

  @Test func withoutAGuideOnlyLengthsAreRefined() {
    let grid = SweepGrid(guidance: [1], ema: [0.05, 0.1, 0.15], guides: [])
    let distances = Dictionary(
      uniqueKeysWithValues: grid.points.map { ($0, abs(($0.ema ?? 0) - 0.1)) })
    #expect(grid.refinement(distances).map(\.ema) == [0.075, 0.125])
    #expect(grid.refinement(distances).allSatisfy { $0.isUnguided && $0.guidance == 1 })
  }
}
