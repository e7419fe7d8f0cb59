import ArgumentParser
import Datasets
import Foundation
import GuidedDiffusion

struct DatasetEncode: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Make a dataset of latents from images.",
    discussion: """
      The source is as 'autoguide dataset convert' takes it, with square images of one size. Each \
      becomes the means and standard deviations of its latents, img-mean-std-*.npy, from which \
      'autoguide train' draws anew each time. Mirrored images have to be in the source.

      EXAMPLES:
        autoguide dataset convert --source imagenet/train --dest img512.zip \\
          --transform center-crop-dhariwal --resolution 512x512
        autoguide dataset encode --source img512.zip --dest img512-sd.zip
      """)

  @Option(help: ArgumentHelp("Images to encode.", valueName: "path"), completion: .file())
  var source: String

  @Option(
    help: ArgumentHelp("The dataset to write.", valueName: "file.zip"),
    completion: .file(extensions: ["zip"]))
  var dest: String

  @Option(
    name: [.customLong("max-images"), .customLong("max_images")],
    help: ArgumentHelp("Take the first images only.", valueName: "n"))
  var maxImages: Int?

  @Option(
    help: ArgumentHelp(
      "Autoencoder: a Hugging Face folder or a file. (default: sd-vae-ft-mse in the cache's "
        + "networks)", valueName: "path"), completion: .file())
  var vae: String?

  @Option(
    parsing: .unconditional, help: "Most images computed at once; no latent depends on it.")
  var batch = 4

  @Flag(help: "Replace the dataset if it exists.")
  var overwrite = false

  @OptionGroup(title: "Device") var device: DeviceOptions
  @OptionGroup(title: "Compilation") var compilation: CompilationOptions
  @OptionGroup(title: "Report") var output: OutputOptions

  func validate() throws {
    if let maxImages, maxImages < 1 {
      throw ValidationError("--max-images is \(maxImages): at least 1")
    }
    guard 1...65536 ~= batch else {
      throw ValidationError("--batch is \(batch): give a number from 1 to 65536")
    }
  }

  func run() throws {
    if !overwrite { try refuseExisting(dest) }
    let images = try ImageSource(source)
    try checkWritable(dest)
    let written = try encode(images, by: encoder())
    if output.json { return try Console.print(json: Result(file: dest, images: written)) }
    try Console.print(dest)
  }

  private struct Result: Encodable {
    var file: String
    var images: Int
  }

  private func encoder() throws -> LatentEncoder {
    guard vae != nil || FileManager.default.fileExists(atPath: VAE.defaultPath) else {
      throw Failure("there is no autoencoder: \(VAEOptions.advice)")
    }
    let device = try device.choose()
    let table = try compilation.options(for: device, quiet: true).table
    return try LatentEncoder(
      VAE(vae ?? VAE.defaultPath), device: device, table: table, batch: batch)
  }

  private func encode(_ images: ImageSource, by encoder: LatentEncoder) throws -> Int {
    var encoding = DatasetEncoding()
    encoding.maxImages = maxImages
    let total = min(images.count, maxImages ?? .max)
    let line = ShareLine("\(total) images", isQuiet: output.quiet)
    let written = try encoding.run(images, by: encoder, to: dest) { done in
      line.update(Double(done) / Double(total))
      try Task.checkCancellation()
    }
    line.finish()
    return written
  }
}
