/// What torchvision, and pytorch-fid after it, call the layers of ``InceptionV3``.
enum InceptionNames {
  /// The torchvision name of a layer: `Mixed_6b.branch7x7_2` of `mixed_4.tower.conv_1`.
  static func torchvision(_ official: String) -> String {
    if let name = stem[official] { return name }
    let parts = official.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, let block = blocks[String(parts[0])],
      let branch = block.branches[String(parts[1])]
    else { preconditionFailure("no layer \(official)") }
    return "\(block.name).\(branch)"
  }

  private static let stem = [
    "conv": "Conv2d_1a_3x3", "conv_1": "Conv2d_2a_3x3", "conv_2": "Conv2d_2b_3x3",
    "conv_3": "Conv2d_3b_1x1", "conv_4": "Conv2d_4a_3x3",
  ]

  private static let blocks: [String: (name: String, branches: [String: String])] = [
    "mixed": ("Mixed_5b", fine), "mixed_1": ("Mixed_5c", fine), "mixed_2": ("Mixed_5d", fine),
    "mixed_3": ("Mixed_6a", reduceFine), "mixed_4": ("Mixed_6b", factorised),
    "mixed_5": ("Mixed_6c", factorised), "mixed_6": ("Mixed_6d", factorised),
    "mixed_7": ("Mixed_6e", factorised), "mixed_8": ("Mixed_7a", reduceFactorised),
    "mixed_9": ("Mixed_7b", expanded), "mixed_10": ("Mixed_7c", expanded),
  ]

  private static let fine = [
    "conv": "branch1x1", "tower.conv": "branch5x5_1", "tower.conv_1": "branch5x5_2",
    "tower_1.conv": "branch3x3dbl_1", "tower_1.conv_1": "branch3x3dbl_2",
    "tower_1.conv_2": "branch3x3dbl_3", "tower_2.conv": "branch_pool",
  ]

  private static let reduceFine = [
    "conv": "branch3x3", "tower.conv": "branch3x3dbl_1", "tower.conv_1": "branch3x3dbl_2",
    "tower.conv_2": "branch3x3dbl_3",
  ]

  private static let factorised = [
    "conv": "branch1x1", "tower.conv": "branch7x7_1", "tower.conv_1": "branch7x7_2",
    "tower.conv_2": "branch7x7_3", "tower_1.conv": "branch7x7dbl_1",
    "tower_1.conv_1": "branch7x7dbl_2", "tower_1.conv_2": "branch7x7dbl_3",
    "tower_1.conv_3": "branch7x7dbl_4", "tower_1.conv_4": "branch7x7dbl_5",
    "tower_2.conv": "branch_pool",
  ]

  private static let reduceFactorised = [
    "tower.conv": "branch3x3_1", "tower.conv_1": "branch3x3_2", "tower_1.conv": "branch7x7x3_1",
    "tower_1.conv_1": "branch7x7x3_2", "tower_1.conv_2": "branch7x7x3_3",
    "tower_1.conv_3": "branch7x7x3_4",
  ]

  private static let expanded = [
    "conv": "branch1x1", "tower_conv": "branch3x3_1", "tower_mixed_conv": "branch3x3_2a",
    "tower_mixed_conv_1": "branch3x3_2b", "tower_1_conv": "branch3x3dbl_1",
    "tower_1_conv_1": "branch3x3dbl_2", "tower_1_mixed_conv": "branch3x3dbl_3a",
    "tower_1_mixed_conv_1": "branch3x3dbl_3b", "tower_2_conv": "branch_pool",
  ]
}
