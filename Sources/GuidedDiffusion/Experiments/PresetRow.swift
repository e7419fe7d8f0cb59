/// One row of a published table: the same networks with the weights and moving averages that are
/// best for FID and for FD_DINOv2.
struct PresetRow {
  /// Value, guidance weight, EMA lengths of main and guide in thousandths.
  typealias Result = (value: Double, weight: Double, main: Int, guide: Int)

  let name: String
  let method: Preset.Method
  let main: Network
  let guide: Network?
  var fid: Result?
  var dino: Result?
  var intervals: (fid: ClosedRange<Int>, dino: ClosedRange<Int>)?
  var availability = Preset.Availability.published
  var isOfficial = true

  /// A published network but for its moving average.
  struct Network {
    let data: PublishedNetwork.DataSet
    let size: PublishedNetwork.Size
    var isUnconditional = false
    let kimg: Int

    static func img512(_ size: PublishedNetwork.Size, kimg: Int? = nil) -> Network {
      let full =
        switch size {
        case .xs, .s, .m: 2_147_483
        case .l: 1_879_048
        case .xl: 1_342_177
        case .xxl: 939_524
        }
      return Network(data: .img512, size: size, kimg: kimg ?? full)
    }

    static func unconditional(_ size: PublishedNetwork.Size, kimg: Int = 2_147_483) -> Network {
      Network(data: .img512, size: size, isUnconditional: true, kimg: kimg)
    }

    static func img64(_ size: PublishedNetwork.Size, kimg: Int? = nil) -> Network {
      let full: Int? =
        switch size {
        case .s, .l: 1_073_741
        case .m: 2_147_483
        case .xl: 671_088
        case .xs, .xxl: nil  // published at a shorter length, or not at all
        }
      guard let kimg = kimg ?? full else { preconditionFailure("the length of img64 \(size)") }
      return Network(data: .img64, size: size, kimg: kimg)
    }

    func with(ema: Int) -> PublishedNetwork {
      PublishedNetwork(
        data: data, size: size, isUnconditional: isUnconditional, kimg: kimg,
        emaThousandths: ema)
    }
  }

  /// Any row; one with an availability other than published has no official preset.
  static func row(
    _ name: String, _ method: Preset.Method, _ main: Network, _ guide: Network?,
    fid: Result? = nil, dino: Result? = nil,
    _ availability: Preset.Availability = .published
  ) -> PresetRow {
    PresetRow(
      name: name, method: method, main: main, guide: guide, fid: fid, dino: dino,
      availability: availability, isOfficial: availability == .published)
  }

  /// A conditional network by itself.
  static func unguided(
    _ data: PublishedNetwork.DataSet, _ size: PublishedNetwork.Size,
    fid: (Double, Int), dino: (Double, Int)? = nil
  ) -> PresetRow {
    row(
      "edm2-\(data.rawValue)-\(size.rawValue)", .unguided,
      data == .img512 ? .img512(size) : .img64(size), nil,
      fid: (fid.0, 1, fid.1, 0), dino: dino.map { ($0.0, 1, $0.1, 0) })
  }

  /// Classifier-free guidance on ImageNet-512; with an interval there is no official preset.
  static func guided(
    _ size: PublishedNetwork.Size,
    interval: (fid: ClosedRange<Int>, dino: ClosedRange<Int>)? = nil,
    fid: (Double, Double, Int), dino: (Double, Double, Int)
  ) -> PresetRow {
    PresetRow(
      name: "edm2-img512-\(size.rawValue)-guid" + (interval == nil ? "" : "-interval"),
      method: .classifierFree, main: .img512(size), guide: .unconditional(.xs),
      fid: (fid.0, fid.1, fid.2, fid.2), dino: (dino.0, dino.1, dino.2, dino.2),
      intervals: interval, isOfficial: interval == nil)
  }

  /// The one or two presets of the row.
  var presets: [Preset] {
    [
      preset("fid", .fid, fid, intervals?.fid), preset("dino", .fdDINOv2, dino, intervals?.dino),
    ].compactMap(\.self)
  }

  private func preset(
    _ suffix: String, _ metric: Preset.Metric, _ result: Result?, _ interval: ClosedRange<Int>?
  ) -> Preset? {
    result.map { result in
      Preset(
        name: "\(name)-\(suffix)", isOfficial: isOfficial, method: method,
        main: main.with(ema: result.main), guide: guide?.with(ema: result.guide),
        guidance: result.weight, interval: interval.map { .steps($0) }, metric: metric,
        published: result.value, availability: availability)
    }
  }
}
