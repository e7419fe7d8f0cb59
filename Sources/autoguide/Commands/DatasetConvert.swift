import ArgumentParser
import Datasets
import GuidedDiffusion

extension ImageTransform: ExpressibleByArgument {}

struct DatasetConvert: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Make a dataset from images.",
    discussion: """
      The source is a folder or a zip file of PNG images, with classes in dataset.json or a folder \
      per class; or an IDX file of images as MNIST's, with its labels beside it (.gz or not); or a \
      folder of such files, which stands for the training part.

      EXAMPLES:
        autoguide dataset convert --source /usr/share/datasets/fashion-mnist \\
          --dest fashion.zip --transform pad --resolution 32x32
        autoguide dataset convert --source imagenet/train --dest img64.zip \\
          --transform center-crop-dhariwal --resolution 64x64
      """)

  @Option(
    help: ArgumentHelp("Images to convert.", valueName: "path"), completion: .file())
  var source: String

  @Option(
    help: ArgumentHelp("The dataset to write.", valueName: "file.zip"),
    completion: .file(extensions: ["zip"]))
  var dest: String

  @Option(
    help: ArgumentHelp(
      "How images are cut: center-crop, center-crop-wide, center-crop-dhariwal, or pad (centred on "
        + "black, unchanged). (default: resized)", valueName: "mode"))
  var transform: ImageTransform?

  @Option(help: ArgumentHelp("Size of the result, in pixels.", valueName: "WxH"))
  var resolution: ImageSize?

  @Option(
    name: [.customLong("max-images"), .customLong("max_images")],
    help: ArgumentHelp("Take the first images only.", valueName: "n"))
  var maxImages: Int?

  @Flag(help: "Keep one channel where images are grey; else all become RGB (IDX files stay grey).")
  var grey = false

  @Flag(help: "Replace the dataset if it exists.")
  var overwrite = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let maxImages, maxImages < 1 {
      throw ValidationError("--max-images is \(maxImages): at least 1")
    }
    guard let transform else { return }
    guard let resolution else {
      throw ValidationError("--transform \(transform.rawValue) needs --resolution, as 64x64")
    }
    if transform == .centerCropDhariwal, resolution.width != resolution.height {
      throw ValidationError("--transform center-crop-dhariwal needs a square --resolution")
    }
    if transform == .centerCropWide, resolution.height > resolution.width {
      throw ValidationError("--transform center-crop-wide needs a --resolution wider than high")
    }
  }

  func run() throws {
    if !overwrite { try refuseExisting(dest) }
    let images = try ImageSource(source)
    try checkWritable(dest)
    let written = try convert(images)
    if output.json { return try Console.print(json: Result(file: dest, images: written)) }
    try Console.print(dest)
  }

  private struct Result: Encodable {
    var file: String
    var images: Int
  }

  private func convert(_ images: ImageSource) throws -> Int {
    var conversion = DatasetConversion()
    conversion.transform = transform
    conversion.resolution = resolution.map { ($0.width, $0.height) }
    conversion.maxImages = maxImages
    conversion.keepsGrey = grey || images.isGrey
    let total = min(images.count, maxImages ?? .max)
    let line = ShareLine("\(total) images", isQuiet: output.quiet)
    let written = try conversion.run(images, to: dest) { done in
      line.update(Double(done) / Double(total))
      try Task.checkCancellation()
    }
    line.finish()
    if written < total {
      Console.complain("warning: \(total - written) images are too small and were left out")
    }
    return written
  }
}
