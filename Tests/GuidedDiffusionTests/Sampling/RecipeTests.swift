import Testing

@testable import GuidedDiffusion

@Suite("Recipes and names") struct RecipeTests {
  private var recipe: Recipe {
    var settings = SamplerSettings()
    settings.guidance = [2.1]
    settings.interval = .steps(3...7)
    settings.churn.amount = 2
    return Recipe(
      device: "cpu/test", algorithms: "ab12", main: .init(sha256: "00ff", name: "main.pkl"),
      guides: [.init(sha256: "11ee", name: "weak.pkl")], seed: 16, classIndex: 7,
      settings: settings)
  }

  @Test("a recipe comes back from its text")
  func roundTrip() throws {
    let text = try recipe.text
    #expect(!text.contains("\n"))
    #expect(try Recipe(text: text) == recipe)
    var bounded = recipe
    bounded.settings.churn.sigmaMax = 50
    bounded.classIndex = nil
    #expect(try Recipe(text: bounded.text) == bounded)
  }

  @Test("the text keeps its form")
  func form() throws {
    let expected =
      #"{"algorithms":"ab12","class":7,"device":"cpu/test","#
      + #""guides":[{"name":"weak.pkl","sha256":"11ee"}],"#
      + #""main":{"name":"main.pkl","sha256":"00ff"},"seed":16,"settings":{"S_churn":2,"#
      + #""S_min":0,"S_noise":1,"guidance":[2.1],"interval":"steps:3-7","noise":"cuda","#
      + #""precision":"float32","rho":7,"sigma_max":80,"sigma_min":0.002,"steps":32},"#
      + #""version":"\#(libraryVersion)"}"#
    #expect(try recipe.text == expected)
  }

  @Test(
    "damaged recipes have one line",
    arguments: [
      ("", "not readable"), ("{}", "has no"), ("{\"version\":1}", "damaged at 'version'"),
    ])
  func damage(text: String, words: String) {
    let error = #expect(throws: SettingsError.self) { try Recipe(text: text) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test("a recipe with a bad interval has one line")
  func damagedInterval() throws {
    let text = try recipe.text.replacing("steps:3-7", with: "steps:7-3")
    let error = #expect(throws: SettingsError.self) { try Recipe(text: text) }
    #expect(error?.description.contains("interval 'steps:7-3'") == true)
  }

  @Test("seed lists are read as in the official tools")
  func seeds() throws {
    #expect(try SeedList.parse("0-3,7,10-12") == [0, 1, 2, 3, 7, 10, 11, 12])
    #expect(try SeedList.parse("5") == [5])
    #expect(try SeedList.parse("7, 3,7") == [7, 3])
    #expect(try SeedList.parse("50000-99999").count == 50000)
  }

  @Test(
    "bad seed lists have one line",
    arguments: [
      "", ",", "1,", "a", "-1", "1-", "3-1", "1-2-3", "1.5", "0x10", "0-99999999999",
      "9999999999999999999999", "0-9999999,10000000",
    ])
  func badSeeds(text: String) {
    let error = #expect(throws: SettingsError.self) { try SeedList.parse(text) }
    #expect(error?.description.hasPrefix("seeds '\(text)': ") == true)
  }

  @Test("files are named after seeds")
  func names() {
    #expect(OutputName.path(seed: 16) == "000016.png")
    #expect(OutputName.path(seed: 16, subfolders: true) == "000000/000016.png")
    #expect(OutputName.path(seed: 50123, subfolders: true) == "050000/050123.png")
    #expect(OutputName.path(seed: 1_234_567, extension: "npy") == "1234567.npy")
  }
}
