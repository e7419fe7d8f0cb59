/// Makes feature vectors of pictures: ``InceptionV3`` or ``DINOv2`` on a device.
///
/// Bits of a picture's features depend neither on the other pictures nor on their number. It has
/// one owner.
public final class FeatureExtractor {
  /// The network.
  public let network: any FeatureNetwork

  /// Most pictures computed at once.
  public let batch: Int

  /// Digest of the table that chooses the device's algorithms.
  public let algorithms: String

  /// Whether logits are computed, too.
  private let classifies: Bool

  private let context: Context?
  private let table: AlgorithmTable
  private var programs: [[Int]: CompiledGraph] = [:]

  /// A network on a device.
  ///
  /// - Parameters:
  ///   - network: compiled at the first picture of each size.
  ///   - device: what computes.
  ///   - table: which algorithm serves which convolution of an OpenCL device.
  ///   - batch: most pictures at once.
  ///   - classifies: whether the logits of Inception's classes are wanted, too.
  /// - Throws: ``OpenCLError`` if the device cannot be opened.
  public init(
    _ network: any FeatureNetwork, device: ComputeDevice = .automatic,
    table: AlgorithmTable = .cpu(.standard), batch: Int = 8, classifies: Bool = false
  ) throws {
    precondition(batch >= 1, "a batch of \(batch)")
    precondition(
      !classifies || (network as? InceptionV3)?.classCount != nil,
      "no classifier in \(network.source)")
    self.network = network
    self.classifies = classifies
    self.batch = batch
    self.table = table
    context = try device.makeContext()
    algorithms = context == nil ? CPUPlanFactory<Float>.algorithms : table.hash
  }

  /// The features of some pictures of one size.
  ///
  /// - Parameters:
  ///   - pixels: `[N, height, width, channels]`, of any N.
  ///   - height: of each picture.
  ///   - width: of each picture.
  ///   - channels: 1 for grey levels, 3 for RGB.
  /// - Returns: `[N, network.featureCount]`.
  /// - Throws: ``OpenCLError``, `CancellationError` between two batches.
  public func features(
    of pixels: [UInt8], height: Int, width: Int, channels: Int
  ) throws -> [Float] {
    try outputs(of: pixels, height: height, width: width, channels: channels).features
  }

  /// The features of some pictures of one size, and the logits of classes if they are wanted.
  ///
  /// - Parameters:
  ///   - pixels: as in ``features(of:height:width:channels:)``.
  ///   - height: likewise.
  ///   - width: likewise.
  ///   - channels: likewise.
  /// - Returns: `[N, network.featureCount]`, and `[N, classes]` or nothing.
  /// - Throws: ``OpenCLError``, `CancellationError` between two batches.
  public func outputs(
    of pixels: [UInt8], height: Int, width: Int, channels: Int
  ) throws -> (features: [Float], logits: [Float]) {
    let size = height * width * channels
    precondition(
      size > 0 && pixels.count % size == 0,
      "\(pixels.count) pixels for \(height) x \(width) x \(channels)")
    let program = try program([height, width, channels])
    var (features, logits): ([Float], [Float]) = ([], [])
    features.reserveCapacity(pixels.count / size * network.featureCount)
    for start in stride(from: 0, to: pixels.count, by: batch * size) {
      try Task.checkCancellation()
      let part = pixels[start..<min(start + batch * size, pixels.count)]
      let images = Tensor(
        shape: [part.count / size, height, width, channels], elements: part.map { Float($0) })
      let result = try program(["images": images])
      features += result["features"]?.elements ?? []
      logits += result["logits"]?.elements ?? []
    }
    return (features, logits)
  }

  /// The network compiled for pictures of one size: height, width, channels.
  private func program(_ shape: [Int]) throws -> CompiledGraph {
    if let program = programs[shape] { return program }
    let inception = classifies ? network as? InceptionV3 : nil
    let graph =
      inception?.classifierGraph(height: shape[0], width: shape[1], channels: shape[2])
      ?? network.graph(height: shape[0], width: shape[1], channels: shape[2])
    let program = try CompiledGraph(
      graph, parameters: network.parameters,
      outputs: ["features"] + (classifies ? ["logits"] : []), capacity: batch,
      options: OpenCLOptions(table: table), on: context)
    // Sizes that differ from picture to picture must not fill the memory.
    if programs.count >= 4 { programs.removeAll() }
    programs[shape] = program
    return program
  }
}
