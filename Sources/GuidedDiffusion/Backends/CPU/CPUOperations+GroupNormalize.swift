extension CPUOperations {
  /// gain (x - mean) / sqrt(variance + epsilon) + bias per group of channels of one image.
  ///
  /// - Parameters:
  ///   - operands: x `[N, H, W, C]`, gain `[C]`, bias `[C]`.
  ///   - normalization: groups and epsilon.
  /// - Returns: the result's elements.
  func groupNormalize(
    _ operands: [Value], _ normalization: GroupNormalization
  ) -> [Element] {
    let (x, gain, bias) = (operands[0], operands[1], operands[2])
    let channels = x.shape.channels
    let width = channels / normalization.groups
    let moments = groupMoments(x, normalization)
    return Tiling(images: images, shape: x.shape).map { tile, y in
      let source = x.elements.span.extracting(x.range(tile))
      for channel in 0..<channels {
        let group = tile.image * normalization.groups + channel / width
        let (mean, inverse) = (moments[2 * group], moments[2 * group + 1])
        let (factor, shift) = (gain.elements[channel] * inverse, bias.elements[channel])
        for i in stride(from: channel, to: source.count, by: channels) {
          y[i] = (source[i] - mean) * factor + shift
        }
      }
    }
  }

  /// Mean and 1/sqrt(variance + epsilon) of each group of each image, in two passes.
  private func groupMoments(
    _ x: Value, _ normalization: GroupNormalization
  ) -> [Element] {
    let (channels, groups) = (x.shape.channels, normalization.groups)
    let width = channels / groups
    let count = Element(x.shape.rows * width)
    return Tiling(images: images, rows: groups, columns: 2, rowsPerTile: 1).map { tile, moments in
      let image = x.elements.span.extracting(x.range(image: tile.image))
      let first = tile.rows.lowerBound * width
      // A sum per run of pixels keeps the error of Float small.
      let run = 256 * channels
      func mean(_ term: (Element) -> Element) -> Element {
        var sum: Element = 0
        for start in stride(from: first, to: image.count, by: run) {
          var part: Element = 0
          for pixel in stride(from: start, to: min(start + run, image.count), by: channels) {
            for i in pixel..<pixel + width { part += term(image[i]) }
          }
          sum += part
        }
        return sum / count
      }
      let center = mean { $0 }
      let variance = mean { ($0 - center) * ($0 - center) }
      moments[0] = center
      moments[1] = 1 / (variance + Element(normalization.epsilon)).squareRoot()
    }
  }
}
