import Figures
import Foundation

/// The filters that pictures are resized with; enlarged by the factor of reduction, so that nothing
/// aliases.
enum ResamplingFilter {
  /// The mean over a pixel's area.
  case box
  /// Cubic convolution with a = -1/2.
  case bicubic
  /// sinc(x) sinc(x/3).
  case lanczos

  /// Half the width.
  private var support: Double {
    switch self {
    case .box: 0.5
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  private func value(_ x: Double) -> Double {
    switch self {
    case .box: return x > -0.5 && x <= 0.5 ? 1 : 0
    case .bicubic:
      let x = x.magnitude
      if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
    case .lanczos: return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0
    }
  }

  private func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(.pi * x) / (.pi * x) }

  /// The pixels that one output pixel is made of, with weights of 22 fractional bits.
  struct Taps {
    var first: Int
    var weights: [Int]
  }

  /// Bits of a weight's fraction.
  static let precision = 22

  /// The taps of every output pixel along one axis.
  func taps(from size: Int, to target: Int) -> [Taps] {
    let scale = Double(size) / Double(target)
    let stretch = max(scale, 1)
    let reach = support * stretch
    return (0..<target).map { index in
      let centre = (Double(index) + 0.5) * scale
      let first = max(0, Int(centre - reach + 0.5))
      let last = min(size, Int(centre + reach + 0.5))
      let weights = (first..<last).map { value((Double($0) - centre + 0.5) * (1 / stretch)) }
      let sum = weights.reduce(0, +)
      return Taps(
        first: first,
        weights: weights.map {
          let scaled = (sum == 0 ? $0 : $0 / sum) * Double(1 << Self.precision)
          return Int(scaled + (scaled < 0 ? -0.5 : 0.5))
        })
    }
  }
}

extension Picture {
  /// The picture in another size: rows first, then columns, rounded to 8 bits after each, as PIL
  /// does it.
  func resized(width target: Int, height targetHeight: Int, _ filter: ResamplingFilter) -> Picture {
    var picture = self
    if target != width { picture = picture.resizedRows(filter.taps(from: width, to: target)) }
    if targetHeight != height {
      picture = picture.resizedColumns(filter.taps(from: height, to: targetHeight))
    }
    return picture
  }

  private func resizedRows(_ taps: [ResamplingFilter.Taps]) -> Picture {
    var result: [UInt8] = []
    result.reserveCapacity(height * taps.count * channels)
    for row in 0..<height {
      for tap in taps {
        let start = (row * width + tap.first) * channels
        for channel in 0..<channels {
          result.append(sum(tap.weights, start + channel, step: channels))
        }
      }
    }
    return Picture(width: taps.count, height: height, channels: channels, pixels: result)
  }

  private func resizedColumns(_ taps: [ResamplingFilter.Taps]) -> Picture {
    var result: [UInt8] = []
    result.reserveCapacity(taps.count * width * channels)
    for tap in taps {
      for place in 0..<width * channels {
        result.append(
          sum(tap.weights, tap.first * width * channels + place, step: width * channels))
      }
    }
    return Picture(width: width, height: taps.count, channels: channels, pixels: result)
  }

  private func sum(_ weights: [Int], _ start: Int, step: Int) -> UInt8 {
    var (sum, place) = (1 << (ResamplingFilter.precision - 1), start)
    for weight in weights {
      sum += Int(pixels[place]) * weight
      place += step
    }
    return UInt8(clamping: sum >> ResamplingFilter.precision)
  }
}
