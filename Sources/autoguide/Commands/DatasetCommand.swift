import ArgumentParser

struct DatasetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dataset",
    abstract: "Make and look at datasets for training.",
    discussion: """
      A dataset is an uncompressed zip file or a folder of square PNG images (or NPY latents) with \
      their classes in dataset.json: the format of the official EDM2 tools.
      """,
    subcommands: [DatasetConvert.self, DatasetEncode.self, DatasetInspect.self])
}
