import Testing

@Suite struct HelpTests {
  /// Every command with the options that its users rely on.
  static let commands: [(command: [String], options: [String])] = [
    (
      ["generate"],
      [
        "--preset", "--net", "--gnet", "--outdir", "--subdirs", "--seeds", "--class", "--batch",
        "--steps", "--sigma_min", "--sigma-min", "--sigma_max", "--sigma-max", "--rho",
        "--guidance", "--interval", "--S_churn", "--S-churn", "--S_min", "--S-min", "--S_max",
        "--S-max", "--S_noise", "--S-noise", "--noise", "--state", "--grid", "--overwrite",
        "--device", "--separate-guides", "--accuracy", "--tuned", "--memory", "--kernels",
        "--precision", "--quiet", "--json",
      ]
    ),
    (
      ["explore"],
      [
        "--preset", "--net", "--gnet", "--guidance", "--seeds", "--grid", "--device",
        "--separate-guides", "--json",
      ]
    ),
    (["replay"], ["--net", "--gnet", "--vae", "--save", "--device", "--json"]),
    (["info"], ["--tensors", "--json"]),
    (["convert"], ["--licence", "--class-names", "--overwrite", "--json"]),
    (["presets"], ["--json"]),
    (["fetch"], ["--all", "--dry-run", "--mirror", "--offline", "--quiet", "--json"]),
    (["devices"], ["--device", "--json"]),
    (["tune"], ["--batch", "--accuracy", "--device", "--json"]),
    (["tune"], ["--device", "--json"]),
    (["ema"], []),
    (
      ["ema", "reconstruct"],
      [
        "--indir", "--inprefix", "--instd", "--outdir", "--outprefix", "--outstd", "--outkimg",
        "--skip", "--batch", "--quiet", "--json",
      ]
    ),
    (
      ["ema", "sweep"],
      [
        "--indir", "--inprefix", "--outstd", "--outkimg", "--data", "--images", "--p-mean",
        "--p-std", "--seed", "--plot", "--ref", "--gnet", "--guidance", "--outdir", "--seeds",
        "--device", "--quiet", "--json",
      ]
    ),
    (
      ["train"],
      [
        "--data", "--outdir", "--preset", "--duration", "--batch", "--channels", "--multipliers",
        "--blocks", "--attention", "--dropout", "--p-mean", "--p-std", "--lr", "--decay",
        "--rampup", "--ema", "--sigma-data", "--seed", "--cond", "--mirror", "--batch-gpu",
        "--status", "--snapshot", "--samples", "--checkpoint", "--overwrite", "--dry-run",
        "--device", "--quiet", "--json",
      ]
    ),
    (["dataset"], []),
    (
      ["dataset", "convert"],
      [
        "--source", "--dest", "--max-images", "--transform", "--resolution", "--grey",
        "--overwrite", "--quiet", "--json",
      ]
    ),
    (
      ["dataset", "encode"],
      [
        "--source", "--dest", "--max-images", "--vae", "--batch", "--overwrite", "--device",
        "--quiet", "--json",
      ]
    ),
    (["dataset", "inspect"], ["--grid", "--columns", "--quiet", "--json"]),
    (["metrics"], []),
    (
      ["metrics", "ref"],
      [
        "--dest", "--images", "--seed", "--overwrite", "--metrics", "--keep-features",
        "--inception", "--dinov2", "--device", "--json",
      ]
    ),
    (
      ["metrics", "calc"],
      ["--ref", "--images", "--seed", "--metrics", "--inception", "--dinov2", "--device", "--json"]
    ),
    (["metrics", "merge"], ["--dest", "--ref", "--metrics", "--overwrite", "--json"]),
    (
      ["evaluate"],
      [
        "--net", "--gnet", "--vae", "--guidance", "--seeds", "--shard", "--ref", "--dest",
        "--keep-images", "--interval", "--steps", "--inception", "--feature-batch", "--device",
        "--separate-guides", "--json",
      ]
    ),
    (
      ["sweep"],
      [
        "--net", "--gnet", "--label", "--guide-interval", "--ema", "--guide-ema", "--guidance",
        "--refine", "--first", "--ref", "--outdir",
        "--dry-run", "--seeds", "--interval", "--steps", "--inception", "--feature-batch",
        "--device", "--separate-guides", "--quiet", "--json",
      ]
    ),
    (
      ["reproduce"],
      [
        "--list", "--dry-run", "--images", "--ranges", "--outdir", "--shard", "--net", "--gnet",
        "--ref", "--mirror", "--offline", "--inception", "--device", "--separate-guides", "--batch",
        "--json",
      ]
    ),
    (["cache"], []),
    (["cache", "list"], ["--json"]),
    (["cache", "clear"], ["--json"]),
  ]

  @Test(arguments: commands.indices)
  func everyCommandExplainsItself(index: Int) throws {
    let (command, options) = Self.commands[index]
    let run = try Program().run(command + ["--help"])
    #expect(run.code == 0)
    #expect(run.complaints.isEmpty)
    #expect(run.output.hasPrefix("OVERVIEW: "))
    #expect(run.output.contains("USAGE: autoguide \(command.joined(separator: " "))"))
    for option in options { #expect(run.output.contains(option), "\(command) \(option)") }
    #expect(try Program().run(["help"] + command).output == run.output)
  }

  @Test func theRootListsAllCommands() throws {
    let output = try Program().run("--help").output
    for (command, _) in Self.commands where command.count == 1 {
      #expect(output.contains("\n  \(command[0]) "))
    }
  }
}
