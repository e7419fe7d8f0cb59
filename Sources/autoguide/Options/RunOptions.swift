import ArgumentParser
import GuidedDiffusion

/// Which images are drawn.
struct RunOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Seeds: numbers and ranges, such as 0-3,7.", valueName: "list"))
  var seeds = "16-19"

  @Option(
    name: .customLong("class"), parsing: .unconditional,
    help: ArgumentHelp(
      "Class of all images, by number or name; drawn from the seed if none is given.",
      valueName: "class"))
  var classText: String?

  @Option(parsing: .unconditional, help: "Most images computed at once; no image depends on it.")
  var batch = 32

  func validate() throws {
    guard 1...65536 ~= batch else {
      throw ValidationError("--batch is \(batch): give a number from 1 to 65536")
    }
  }

  /// The class by number, or nil if it is to be drawn.
  ///
  /// - Throws: ``SettingsError`` if the network has no such class.
  func classIndex(of network: EDM2Network) throws(SettingsError) -> Int? {
    guard let classText else { return nil }
    if let index = Int(classText) { return index }  // the sampler checks its range
    let names = network.classNames ?? []
    if let index = names.firstIndex(where: { $0.lowercased() == classText.lowercased() }) {
      return index
    }
    let known = names.isEmpty ? "" : ", or one of: \(names.joined(separator: ", "))"
    throw SettingsError("class '\(classText)' is not known: give a number\(known)")
  }
}
