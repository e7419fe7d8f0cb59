import Foundation
import Testing

@testable import GuidedDiffusion

@Suite("Presets") struct PresetTests {
  /// The lines of the second listing, which was made from the published tables by itself.
  private static func listing() throws -> [[String]] {
    try String(contentsOfFile: Fixture.path("presets.txt"), encoding: .utf8).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ").map(String.init) }
  }

  @Test("every number equals the second listing")
  func numbers() throws {
    let listing = try Self.listing()
    #expect(Preset.all.map(\.name).sorted() == listing.map { $0[0] }.sorted())
    for line in listing {
      let preset = try Preset.named(line[0])
      #expect(preset.published == Double(line[1]), "\(line)")
      #expect(preset.guidance == Double(line[2]), "\(line)")
      #expect(preset.main.name == line[3], "\(line)")
      #expect(preset.guide?.name ?? "-" == line[4], "\(line)")
      let steps = preset.interval.map { "\($0)".replacing("steps:", with: "") }
      #expect(steps ?? "-" == line[5], "\(line)")
      #expect(preset.metric == (line[0].hasSuffix("-fid") ? .fid : .fdDINOv2))
      #expect((preset.fid ?? preset.fdDINOv2) == preset.published)
      try preset.settings.validate(guides: preset.settings.guidance.count)
    }
  }

  @Test("the official presets are the 36 of the official tool")
  func officialNames() {
    let sizes = ["xs", "s", "m", "l", "xl", "xxl"]
    var names = sizes.flatMap { size in
      ["", "-guid"].flatMap { guid in
        ["fid", "dino"].map { "edm2-img512-\(size)\(guid)-\($0)" }
      }
    }
    names += ["s", "m", "l", "xl"].map { "edm2-img64-\($0)-fid" }
    names += ["img512-s", "img512-xxl", "img512-s-uncond", "img64-s"].flatMap { data in
      ["fid", "dino"].map { "edm2-\(data)-autog-\($0)" }
    }
    #expect(Preset.official.count == 36)
    #expect(Preset.official.map(\.name).sorted() == names.sorted())
    #expect(Set(Preset.all.map(\.name)).count == Preset.all.count)
    #expect(Preset.official.allSatisfy { $0.availability == .published })
  }

  @Test("rows without an official preset say whether their networks are published")
  func availability() {
    for preset in Preset.all where !preset.isOfficial {
      let expected: Preset.Availability =
        switch preset.method {
        case .sameEMA, .reducedTraining, .reducedCapacity: .needsReconstruction
        case .classifierFree: preset.interval == nil ? .unknown : .published
        case .unguided, .autoguidance: .unknown
        }
      #expect(preset.availability == expected, "\(preset.name)")
    }
    let published = Set(Preset.official.flatMap(\.networks))
    for preset in Preset.all where preset.availability == .published {
      #expect(published.isSuperset(of: preset.networks), "\(preset.name)")
    }
  }

  @Test("URLs are put together as published")
  func urls() throws {
    let preset = try Preset.named("edm2-img512-s-uncond-autog-fid")
    let root = "https://nvlabs-fi-cdn.nvidia.com/edm2"
    #expect(
      preset.networks.map(\.url) == [
        "\(root)/posthoc-reconstructions/edm2-img512-s-uncond-2147483-0.070.pkl",
        "\(root)/posthoc-reconstructions/edm2-img512-xs-uncond-0134217-0.110.pkl",
      ])
    #expect(preset.main.snapshots == "\(root)/raw-snapshots/edm2-img512-s-uncond/")
    #expect(preset.main.data.referenceStatistics == "\(root)/dataset-refs/img512.pkl")
    #expect(preset.main.ema == 0.07)
    for url in Preset.all.flatMap(\.networks).map(\.url) { #expect(URL(string: url) != nil) }
  }

  @Test("an unknown name is answered with the most similar one")
  func unknown() {
    let error = #expect(throws: SettingsError.self) { try Preset.named("edm2-img512-s-autg-fid") }
    #expect(error?.description.hasSuffix("the most similar one is edm2-img512-s-autog-fid") == true)
  }

  @Test("missing files are named with their URLs and place, files at hand are found")
  func files() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("presets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let preset = try Preset.named("edm2-img64-s-autog-fid")
    let line = complaint(preset, folder)
    for words in preset.networks.map(\.url) + [folder.path, "CC BY-NC-SA"] {
      #expect(line.contains(words), "\(line)")
    }
    let converted = folder.appendingPathComponent("\(preset.main.name).safetensors")
    try Data().write(to: converted)
    #expect(!complaint(preset, folder).contains(preset.main.url))
    let guide = try #require(preset.guide)
    try Data().write(to: folder.appendingPathComponent(guide.fileName))
    let files = try preset.locate(in: folder)
    #expect(files.main.lastPathComponent == converted.lastPathComponent)
    #expect(files.guide?.lastPathComponent == guide.fileName)
  }

  @Test("rows that need more than a download say so")
  func otherRows() throws {
    let folder = URL(fileURLWithPath: "/nowhere")
    let reduced = try Preset.named("edm2-img512-s-autog-reduced-training-fid")
    #expect(complaint(reduced, folder).contains("raw-snapshots/edm2-img512-s/"))
    let unknown = try Preset.named("edm2-img64-s-guid-fid")
    #expect(complaint(unknown, folder).contains("it is not known which network guides it"))
    let alone = try Preset.named("edm2-img64-s-dino")
    #expect(complaint(alone, folder).contains("not known to be published"))
  }

  private func complaint(_ preset: Preset, _ folder: URL) -> String {
    let error = #expect(throws: SettingsError.self) { try preset.locate(in: folder) }
    let line = error?.description ?? ""
    #expect(!line.contains("\n"))
    return line
  }
}
