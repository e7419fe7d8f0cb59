import Figures
import GuidedDiffusion

/// A sheet of images of a network in training: a row per class for up to ten classes, else any
/// classes; the same seeds each time.
struct TrainingSamples {
  let network: EDM2Network
  let device: ComputeDevice

  /// Where the training is, for the title.
  let title: String

  private static let columns = 8
  private static let mostRows = 10

  /// Draws the images, without guidance, into a file.
  func write(to path: String) async throws {
    var settings = SamplerSettings()
    settings.steps = 18
    let sampler = Sampler(main: network, settings: settings, device: device)
    let classes = network.configuration.labelCount
    var rows: [(name: String, images: [SampledImage])] = []
    if 1...Self.mostRows ~= classes {
      for index in 0..<classes {
        rows.append((network.className(index), try await images(sampler, 0, index)))
      }
    } else {
      for row in 0..<Self.columns {
        rows.append(("", try await images(sampler, row * Self.columns, nil)))
      }
    }
    var sheet = ContactSheet(
      title: title, columns: Array(repeating: .init(""), count: Self.columns),
      rows: rows.map { .init($0.name) }, pictures: rows.map { $0.images.map { Picture($0) } })
    sheet.smallestEdge = 48
    sheet.introduction = [settings.summary]
    sheet.footer = footer(settings, device: device.name)
    try AtomicFile.write(PNG.encode(sheet.draw()), to: path)
  }

  private func images(
    _ sampler: Sampler, _ first: Int, _ classIndex: Int?
  ) async throws -> [SampledImage] {
    var images: [SampledImage] = []
    let seeds = first..<first + Self.columns
    for try await image in sampler.images(seeds: seeds, classIndex: classIndex) {
      images.append(image)
    }
    return images
  }
}
