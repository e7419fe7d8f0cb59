import Figures
import Foundation
import GuidedDiffusion

/// A sheet of images: rows are seeds, columns networks and weights.
final class Exploration {
  /// One column.
  struct Column {
    let label: ContactSheet.Label
    let main: EDM2Network
    let guides: [EDM2Network]
    let settings: SamplerSettings

    /// The column of a pair at one weight.
    init(
      _ pair: NetworkOptions.Loaded, weight: Double, settings: SamplerSettings, detail: String
    ) {
      self.settings = settings
      main = pair.main
      guides = pair.guides
      let name =
        switch weight {
        case 1: "no guidance"
        case 0: "guide alone"
        default: "w = \(short(weight))"
        }
      label = ContactSheet.Label(name, detail: detail)
    }

    /// What draws the column.
    func sampler(devices: DeviceGroup, options: OpenCLOptions, batch: Int) -> Sampler {
      Sampler(
        main: main, guides: guides, settings: settings, devices: devices, options: options,
        batch: batch)
    }
  }

  private let columns: [Column]
  private let samplers: [PictureSampler]
  private let seeds: [Int]
  private let classIndex: Int?
  private let network: EDM2Network
  private let isQuiet: Bool

  /// The columns that are drawn, from top to bottom.
  private var drawn: [[PictureSampler.Item]] = []

  init(
    columns: [Column], samplers: [PictureSampler], seeds: [Int], classIndex: Int?,
    network: EDM2Network,
    isQuiet: Bool
  ) {
    self.columns = columns
    self.samplers = samplers
    self.seeds = seeds
    self.classIndex = classIndex
    self.network = network
    self.isQuiet = isQuiet
  }

  /// All weights for each pair; without guidance a main network has one column.
  ///
  /// - Parameters:
  ///   - pairs: for images of one size.
  ///   - weights: from left to right.
  ///   - adjust: sets what the user asked for.
  /// - Returns: the columns; labels name the networks where pairs differ in them.
  static func columns(
    _ pairs: [NetworkOptions.Loaded], weights: [Double], adjust: (inout SamplerSettings) -> Void
  ) -> [Column] {
    func name(_ network: EDM2Network) -> String {
      let file = network.fileName
      return [".pkl", ".safetensors"].first(where: file.hasSuffix)
        .map { String(file.dropLast($0.count)) } ?? file
    }
    let haveMains = Set(pairs.map(\.main.source)).count > 1
    var unguided: Set<String> = []
    return pairs.flatMap { pair in
      weights.compactMap { weight -> Column? in
        if weight == 1 && !unguided.insert(pair.main.source).inserted { return nil }
        var settings = pair.settings
        adjust(&settings)
        settings.guidance = pair.guides.map { _ in weight }
        if pair.guides.isEmpty && weight != 1 { settings.guidance = [weight] }
        let networks = (haveMains ? [pair.main] : []) + (weight == 1 ? [] : pair.guides)
        return Column(
          pair, weight: weight, settings: settings,
          detail: pairs.count == 1 ? "" : networks.map(name).joined(separator: " / "))
      }
    }
  }

  /// Draws column by column.
  func draw() async throws {
    let progress = Progress(total: seeds.count * samplers.count, isQuiet: isQuiet)
    defer { progress.finish() }
    for (index, sampler) in samplers.enumerated() {
      let (before, count) = (Double(index * seeds.count), Double(seeds.count))
      var items: [PictureSampler.Item] = []
      var pictures = sampler.pictures(seeds: seeds, classIndex: classIndex) {
        progress.update(before + $0.fraction * count)
      }
      while let item = try await pictures.next() {
        items.append(item)
        progress.count()
      }
      drawn.append(items)
    }
  }

  /// Writes the sheet.
  ///
  /// - Throws: ``FigureError`` if it is too large, ``FileError`` if it cannot be written.
  func write(to path: String) throws {
    let rows = seeds.indices.map { row in
      let image = drawn[0][row].image
      let name = image.classIndex.map(network.className)
      return name.map { ContactSheet.Label($0, detail: "seed \(image.seed)") }
        ?? ContactSheet.Label("seed \(image.seed)")
    }
    let pictures = seeds.indices.map { row in drawn.map { $0[row].picture } }
    var sheet = ContactSheet(
      title: "From the same noise, with growing guidance", columns: columns.map(\.label),
      rows: rows, pictures: pictures)
    sheet.introduction = [
      "Each row starts from one seed. Guidance moves every step away from what a weaker network",
      "would draw: D = D_guide + w (D_main - D_guide).",
    ]
    sheet.footer = footer(columns[0].settings, device: samplers[0].sampler.plans.deviceName)
    let file = try PNG.encode(sheet.draw())
    try makeFolder(of: path)
    try AtomicFile.write(file, to: path)
  }
}
