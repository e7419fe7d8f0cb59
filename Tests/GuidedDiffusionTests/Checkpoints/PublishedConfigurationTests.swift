import Testing

@testable import GuidedDiffusion

@Suite("Published configurations") struct PublishedConfigurationTests {
  @Test(
    "parameters and multiply-adds are those of EDM2 Table 2",
    arguments: [
      ("xs", 124.7, 44.95), ("s", 280.2, 100.82), ("m", 497.8, 178.95), ("l", 777.5, 279.34),
      ("xl", 1119.3, 402.00), ("xxl", 1523.2, 546.91),
    ])
  func sizes(size: String, millions: Double, giga: Double) throws {
    let name = "edm2-img512-\(size)-2147483-0.135.pkl"
    let configuration = try #require(EDM2Configuration.published(name))
    try configuration.validate()
    let graph = configuration.graph()
    // The paper counts neither the tables of frequencies nor the uncertainty.
    let count = graph.parameters.reduce(0) {
      $1.name.contains("fourier") || $1.name.contains("logvar") ? $0 : $0 + $1.shape.count
    }
    #expect(abs(Double(count) / 1e6 - millions) < 0.06)
    #expect(abs(Double(graph.multiplyAdds) / 1e9 - giga) < 0.02)
  }

  @Test("names")
  func names() throws {
    let unconditional = try #require(EDM2Configuration.published("edm2-img512-xs-uncond"))
    #expect(unconditional.labelCount == 0 && unconditional.imageChannels == 4)
    let pixels = try #require(EDM2Configuration.published("edm2-img64-m"))
    #expect(pixels.labelCount == 1000 && pixels.imageChannels == 3 && pixels.dropout == 0.1)
    for name in ["", "edm2", "edm2-img512", "edm2-img512-xxxl", "edm2-img256-s", "edm-img64-s"] {
      #expect(EDM2Configuration.published(name) == nil)
    }
  }

  @Test("options survive as JSON, and senseless ones are refused by name")
  func json() throws {
    var configuration = try #require(EDM2Configuration.published("edm2-img64-s"))
    configuration.activationClip = nil
    configuration.resampleFilter = [0.1, 0.3, 0.3, 0.1]
    let text = configuration.json.description
    #expect(try EDM2Configuration(JSON(parsing: text)) == configuration)
    func reason(_ old: String, _ new: String) throws -> String? {
      let changed = text.replacing(old, with: new)
      #expect(changed != text)
      do {
        _ = try EDM2Configuration(JSON(parsing: changed))
        return nil
      } catch { return "\(error)" }
    }
    let missing = "the option sigmaData is missing or of another type"
    #expect(try reason("\"sigmaData\":0.5,", "") == missing)
    #expect(try reason("\"sigmaData\":0.5", "\"sigmaData\":\"1\"") == missing)
    #expect(try reason("{\"image", "{\"a\":1,\"image") == "the option a is not known")
    #expect(try reason("Resolution\":64", "Resolution\":60") == "images of 60 pixels in 4 levels")
    #expect(try reason("PerHead\":64", "PerHead\":80") == "576 channels for 7 attention heads")
    #expect(try reason("[0.1,0.3,0.3,0.1]", "[1]") == "a resampling filter of [1.0]")
    #expect(try reason("labelBalance\":0.5", "labelBalance\":1.5") == "a label balance of 1.5")
  }

  @Test("random weights have mean 0 and variance 1 and depend on seed, name and place only")
  func random() {
    let source = RandomParameters(seed: 1)
    let a = source.elements(of: "a.weight", shape: .fixed(1000, 100), as: Float.self)
    let mean = a.reduce(0) { $0 + Double($1) } / 1e5
    let variance = a.reduce(0) { $0 + Double($1) * Double($1) } / 1e5
    #expect(abs(mean) < 0.02 && abs(variance - 1) < 0.02)
    #expect(source.elements(of: "a.weight", shape: .fixed(7), as: Float.self) == Array(a[..<7]))
    #expect(
      source.elements(of: "a.weight", shape: .fixed(7), as: Double.self) == a[..<7].map(Double.init)
    )
    #expect(source.elements(of: "b.weight", shape: .fixed(7), as: Float.self) != Array(a[..<7]))
    let other = RandomParameters(seed: 2)
    #expect(other.elements(of: "a.weight", shape: .fixed(7), as: Float.self) != Array(a[..<7]))
    #expect(source.elements(of: "gain", shape: .fixed(), as: Float.self).count == 1)
  }
}
