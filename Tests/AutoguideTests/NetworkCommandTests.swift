import Foundation
import GuidedDiffusion
import Testing

/// `info`, `convert` and `presets`.
@Suite struct NetworkCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func infoDescribesTheBuiltInPair() throws {
    let run = try Program().run("info")
    #expect(run.code == 0)
    #expect(run.output.contains("embedded main network\n"))
    #expect(run.output.contains("embedded guide network\n"))
    #expect(run.output.contains("32 x 32, channels: 1, pixels"))
    #expect(run.output.contains("GMAC"))
  }

  @Test func infoIsTheSameForAConversion() throws {
    let (original, converted) = (Fixture.path("tiny-cond.pkl"), folder.path("a.safetensors"))
    #expect(try Program().run("convert", original, converted).output == "\(converted)\n")
    let texts = try [original, converted].map { try Program().run("info", $0).output }
    func facts(_ text: String) -> [Substring] {
      text.split(separator: "\n").dropFirst().filter { !$0.contains("kind") }
    }
    #expect(facts(texts[0]) == facts(texts[1]))
    #expect(texts[0].contains("pickle") && texts[1].contains("safetensors"))
    #expect(try Program().run("convert", original, converted).code == 1)
    #expect(try Program().run("convert", original, converted, "--overwrite").code == 0)

    let names = (0..<10).map { "c\($0)" }.joined(separator: ",")
    let named = folder.path("named.safetensors")
    let run = try Program().run(
      "convert", converted, named, "--licence", "Apache-2.0", "--class-names", names)
    #expect(run.code == 0, "\(run.complaints)")
    let network = try EDM2Network(named)
    #expect(network.licence == "Apache-2.0" && network.classNames?.last == "c9")
    #expect(try network.sha256 == EDM2Network(original).sha256)
    let short = try Program().run("convert", converted, folder.path("x"), "--class-names", "a,b")
    #expect(short.code == 64 && short.errors.count == 1, "\(short.complaints)")
  }

  @Test func tensorsAreListed() throws {
    let run = try Program().run("info", "--tensors", Fixture.path("tiny-cond.pkl"))
    #expect(run.output.contains("unet.enc.16x16_conv.weight  F16 [16, 4, 3, 3]\n"))
  }

  @Test func jsonHoldsTheSameFacts() throws {
    let run = try Program().run("info", "--json", Fixture.path("tiny-cond.pkl"))
    struct Facts: Decodable {
      var sha256: String
      var parameters: Int
      var gmac: Double
    }
    let facts = try JSONDecoder().decode([Facts].self, from: Data(run.output.utf8))
    #expect(facts.count == 1 && facts[0].parameters > 700_000 && facts[0].gmac > 0.01)
    let text = try Program().run("info", Fixture.path("tiny-cond.pkl")).output
    #expect(text.contains(facts[0].sha256))
  }

  @Test func presetsAreListedWithTheirFigures() throws {
    let list = try Program().run("presets")
    #expect(list.code == 0)
    #expect(list.output.contains(/edm2-img512-xxl-autog-fid +2.05 +1.25 +autoguidance/))
    let one = try Program().run("presets", "edm2-img64-s-autog-fid")
    #expect(one.output.contains("published FID: 1.01"))
    #expect(try Program().run("presets", "nothing").code == 64)
  }
}
