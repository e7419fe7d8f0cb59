import GuidedDiffusion

/// What a sweep would compute.
struct SweepPlan: Encodable {
  var points: [Entry]

  /// Images of each point.
  var images: Int

  /// Rounds that add points, as many as turn out to be needed.
  var refinementRounds: Int

  /// About how long it takes; nil where that is not known.
  var seconds: Double?

  /// One point.
  struct Entry: Encodable {
    var guide: String?
    var point: String

    /// Images that are missing.
    var images: Int

    /// Evaluations of networks for one image.
    var evaluations: Int

    /// Multiply-adds (10⁹) for one image, features included.
    var gmac: Double
  }

  /// Multiply-adds (10⁹) of all that is missing.
  var gmac: Double { points.reduce(0) { $0 + Double($1.images) * $1.gmac } }

  /// A table, and the sum.
  var text: String {
    let missing = points.reduce(0) { $0 + $1.images }
    let rows = points.map { point in
      [
        point.guide ?? "none", point.point, "\(point.images)", "\(point.evaluations)",
        Units.threeDigits(point.gmac),
      ]
    }
    let columns = ["guide", "point", "images to draw", "evaluations", "GMAC per image"]
    let table = ([columns, columns.map { _ in "---" }] + rows)
      .map { "| \($0.joined(separator: " | ")) |" }
    let time = seconds.map { "about \(Units.duration($0))" } ?? "known after the first point"
    let more = refinementRounds == 0 ? "" : ", and \(refinementRounds) rounds of refinement"
    return
      (table + [
        "",
        "\(points.count) points of \(images) images, \(missing) to draw\(more); "
          + "\(Units.threeDigits(gmac * 1e-3)) TMAC, time \(time)",
      ]).joined(separator: "\n")
  }
}
