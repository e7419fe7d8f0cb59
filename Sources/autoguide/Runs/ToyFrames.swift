import Figures
import Foundation
import GuidedDiffusion

/// The frames of the flow from noise to samples, without guidance and with autoguidance.
struct ToyFrames {
  private let pictures: ToyPictures
  private let flow: ToyFlow
  private let levels: [Double]

  /// The points of each method at each level.
  private let trajectories: [[[SIMD2<Double>]]]
  private let isQuiet: Bool

  /// Samples both methods.
  init(_ pictures: ToyPictures, isQuiet: Bool) throws {
    let (models, options) = (pictures.models, pictures.sampling)
    let sampler = ToySampler(steps: options.steps)
    let start = sampler.start(
      of: .toy([.a]), count: min(options.points, 1 << 12), seed: pictures.seed)
    trajectories = try [
      ToySampler.Guidance(models.main),
      ToySampler.Guidance(models.main, guide: models.weak, weight: options.guidance),
    ].map { try sampler.trajectories(from: start, $0) }
    levels = sampler.levels
    flow = ToyFlow([
      .init("No guidance"),
      .init("Autoguidance", detail: "w = \(Units.number(options.guidance))"),
    ])
    self.pictures = pictures
    self.isQuiet = isQuiet
  }

  /// Writes an animated PNG; the last frame stays longest.
  func write(animation path: String) throws {
    var animation = AnimatedPNG()
    try forEachFrame { index, drawing in
      let isLast = index == levels.count - 1
      animation.append(try drawing.picture(scale: 1), milliseconds: isLast ? 3000 : 80)
    }
    try animation.write(to: path)
  }

  /// Writes a picture per level into a folder.
  func write(folder: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError("make", folder, reason: error.localizedDescription)
    }
    try forEachFrame { index, drawing in
      try drawing.write(to: folder + String(format: "/%04d.png", index), scale: 1)
    }
  }

  private func forEachFrame(_ body: (Int, Drawing) throws -> Void) throws {
    let (a, b) = (try pictures.truth(.a), try pictures.truth(.b))
    for (index, sigma) in levels.enumerated() {
      try Task.checkCancellation()
      if !isQuiet && Console.isInteractive {
        Console.rewrite("frame \(index + 1)/\(levels.count)")
      }
      let view = flow.view(sigma: sigma)
      let (edge, level) = (ToyPictures.gridEdge / 2, max(sigma, ToyPictures.finest))
      let drawing = flow.frame(
        sigma: sigma, classA: try ToyPictures.grid(a, view, sigma: level, edge: edge),
        classB: try ToyPictures.grid(b, view, sigma: level, edge: edge),
        points: trajectories.map { $0[index] })
      try body(index, drawing)
    }
    if !isQuiet && Console.isInteractive { Console.rewrite("") }
  }
}
