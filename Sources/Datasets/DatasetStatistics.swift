import Figures
import Foundation

/// What a dataset's numbers are like, over all images.
public struct DatasetStatistics: Hashable, Sendable {
  /// Images.
  public var count: Int

  /// Images of each class; empty without classes.
  public var classCounts: [Int]

  /// Mean per channel: of x = pixel / 127.5 - 1, or of the raw latents.
  public var mean: [Double]

  /// Standard deviation per channel about its mean.
  public var deviation: [Double]

  /// Root of the mean square about the mean over all channels: the networks' sigma_data.
  public var sigmaData: Double

  /// Reads all images.
  ///
  /// - Parameters:
  ///   - dataset: pixels or latents; of latents the distribution that training draws from is
  ///     described: the spread of the means and the mean square of the deviations.
  ///   - progress: called with the number of images done; what it throws ends the work.
  /// - Throws: ``DatasetError`` if an image is damaged or of another size.
  public init(_ dataset: Dataset, progress: (Int) throws -> Void = { _ in }) throws {
    count = dataset.count
    if case .classes(let classes, let width) = dataset.labels {
      classCounts = classes.reduce(into: Array(repeating: 0, count: width)) { $0[$1] += 1 }
    } else {
      classCounts = []
    }
    let channels = dataset.isLatent ? dataset.shape.channels / 2 : dataset.shape.channels
    let area = dataset.shape.width * dataset.shape.height
    var sums = [Double](repeating: 0, count: channels)
    var squares = sums
    for index in 0..<dataset.count {
      try progress(index)
      switch try dataset.image(index) {
      case .pixels(let picture):
        let (sum, square) = Self.sums(picture)
        for channel in 0..<channels {
          // x = p / 127.5 - 1
          let (first, second) = (Double(sum[channel]) / 127.5, Double(square[channel]))
          sums[channel] += first - Double(area)
          squares[channel] += second / (127.5 * 127.5) - 2 * first + Double(area)
        }
      case .moments(let elements):
        for channel in 0..<channels {
          for place in channel * area..<(channel + 1) * area {
            let (mean, spread) = (
              Double(elements[place]), Double(elements[place + channels * area])
            )
            sums[channel] += mean
            squares[channel] += mean * mean + spread * spread
          }
        }
      }
    }
    try progress(dataset.count)
    let number = Double(dataset.count * area)
    mean = sums.map { $0 / number }
    deviation = zip(sums, squares).map { sum, square in
      max(0, square / number - (sum / number) * (sum / number)).squareRoot()
    }
    let overall = sums.reduce(0, +) / (number * Double(channels))
    let square = squares.reduce(0, +) / (number * Double(channels))
    sigmaData = max(0, square - overall * overall).squareRoot()
  }

  /// Sums of the pixels and of their squares per channel.
  private static func sums(_ picture: Picture) -> (sum: [Int], square: [Int]) {
    let (pixels, channels) = (picture.pixels, picture.channels)
    var (sum, square) = (Array(repeating: 0, count: channels), Array(repeating: 0, count: channels))
    for channel in 0..<channels {
      var (first, second) = (0, 0)
      for place in stride(from: channel, to: pixels.count, by: channels) {
        let pixel = Int(pixels[place])
        first += pixel
        second += pixel * pixel
      }
      (sum[channel], square[channel]) = (first, second)
    }
    return (sum, square)
  }
}
