import ArgumentParser
import GuidedDiffusion

/// How images of any networks are drawn and measured.
struct EvaluationOptions: ParsableArguments {
  @OptionGroup(title: "Networks") var vae: VAEOptions
  @OptionGroup(title: "Images") var images: RunOptions
  @OptionGroup(title: "Sampling") var sampling: SamplingOptions
  @OptionGroup(title: "Features") var features: FeatureOptions
  @OptionGroup(title: "Device") var devices: DeviceGroupOptions
  @OptionGroup(title: "Compilation") var compilation: CompilationOptions
  @OptionGroup(title: "Compilation") var kernels: KernelOptions
  @OptionGroup(title: "Report") var output: OutputOptions

  /// The seeds as ranges, in rising order.
  func seeds() throws(SettingsError) -> [Range<Int>] {
    try SeedList.parse(images.seeds).sorted().reduce(into: []) { ranges, seed in
      if let last = ranges.last, last.upperBound == seed {
        ranges[ranges.count - 1] = last.lowerBound..<seed + 1
      } else {
        ranges.append(seed..<seed + 1)
      }
    }
  }
}
