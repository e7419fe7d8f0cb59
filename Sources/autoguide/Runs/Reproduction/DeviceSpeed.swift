import GuidedDiffusion

/// What devices are expected to do together, from a short measurement of its peak.
struct DeviceSpeed {
  /// Their name and number.
  let name: String

  /// Their peak of fused multiply-adds in floating-point operations per second; nil for the fallback.
  let peak: Double?

  /// Speed of the networks, counted as direct convolutions, in parts of the peak.
  private let networks: Double

  /// Whether the times are measured ratios; else the least that it can take.
  let isMeasured: Bool

  /// Measures the first device for some milliseconds.
  init(_ devices: DeviceGroup) throws {
    name = devices.name
    guard let context = try devices.first.makeContext() else {
      (peak, networks, isMeasured) = (nil, 1, false)
      return
    }
    let measurement = try FMAPeak(on: context)
    peak = try (0..<4).map { _ in try measurement.measure() }.max()
      .map { $0 * Double(devices.devices.count) }
    isMeasured = if case .openCL(let device) = devices.first { device.kind == .cpu } else { false }
    // On processors Winograd makes S and XS 2.5 times as fast as the peak (docs/performance.md).
    networks = isMeasured ? 2.5 : 1
  }

  /// Seconds for some images; nil on the fallback, whose speed is not measured.
  func seconds(_ cost: PresetCost, images: Int) -> Double? {
    seconds(sampling: cost.sampling, other: cost.decoding + cost.features).map {
      $0 * Double(images)
    }
  }

  /// Seconds for multiply-adds of sampling and of decoders and features; nil on the fallback.
  func seconds(sampling: Int, other: Int) -> Double? {
    peak.map { 2 * (Double(sampling) / networks + Double(other)) / $0 }
  }
}
