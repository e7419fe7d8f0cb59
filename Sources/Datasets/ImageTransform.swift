import Figures

/// How images of any size become images of one size; the first three as the official tool's.
public enum ImageTransform: String, CaseIterable, Sendable {
  /// The square in the middle, resized (Lanczos).
  case centerCrop = "center-crop"

  /// Height cut to the output's aspect, resized (Lanczos), on a black square of the output's width.
  case centerCropWide = "center-crop-wide"

  /// Halved while twice as large, resized (bicubic) to the smaller edge, the square in the middle:
  /// Dhariwal and Nichol's ImageNet.
  case centerCropDhariwal = "center-crop-dhariwal"

  /// Unchanged, in the middle of a black picture.
  case pad

  /// Transforms a picture.
  ///
  /// - Parameters:
  ///   - picture: of any size.
  ///   - width: of the result.
  ///   - height: of the result; for ``centerCropWide`` of what is in the black square.
  /// - Returns: nil if the picture is too small for ``centerCropWide``, or too large for ``pad``.
  /// - Precondition: width and height are above 0, and equal for ``centerCropDhariwal``.
  public func apply(to picture: Picture, width: Int, height: Int) -> Picture? {
    switch self {
    case .centerCrop:
      let edge = min(picture.width, picture.height)
      return picture.middle(width: edge, height: edge)
        .resized(width: width, height: height, .lanczos)
    case .centerCropWide:
      let exact = Double(width * picture.height) / Double(picture.width)
      let cut = Int(exact.rounded(.toNearestOrEven))
      guard picture.width >= width, cut >= height, height <= width else { return nil }
      return picture.middle(width: picture.width, height: cut)
        .resized(width: width, height: height, .lanczos)
        .padded(width: width, height: width)
    case .centerCropDhariwal:
      precondition(width == height, "\(width) x \(height) is not square")
      var picture = picture
      while min(picture.width, picture.height) >= 2 * width {
        picture = picture.resized(
          width: picture.width / 2, height: picture.height / 2, .box)
      }
      let scale = Double(width) / Double(min(picture.width, picture.height))
      return picture.resized(
        width: Int((Double(picture.width) * scale).rounded(.toNearestOrEven)),
        height: Int((Double(picture.height) * scale).rounded(.toNearestOrEven)), .bicubic
      ).cropped(width: width, height: height)
    case .pad:
      guard picture.width <= width, picture.height <= height else { return nil }
      return picture.padded(width: width, height: height)
    }
  }
}

extension Picture {
  /// The middle, from floor((size - target) / 2).
  fileprivate func cropped(width target: Int, height targetHeight: Int) -> Picture {
    part(
      x: (width - target) / 2, y: (height - targetHeight) / 2, width: target, height: targetHeight)
  }

  /// The middle, up to floor((size + target) / 2); not more than there is.
  fileprivate func middle(width target: Int, height targetHeight: Int) -> Picture {
    let (left, right) = ((width - target) / 2, min(width, (width + target) / 2))
    let (top, bottom) = (
      max(0, (height - targetHeight) / 2), min(height, (height + targetHeight) / 2)
    )
    return part(x: left, y: top, width: right - left, height: bottom - top)
  }

  private func part(x: Int, y: Int, width: Int, height: Int) -> Picture {
    var part: [UInt8] = []
    part.reserveCapacity(width * height * channels)
    for row in y..<y + height {
      let start = (row * self.width + x) * channels
      part += pixels[start..<start + width * channels]
    }
    return Picture(width: width, height: height, channels: channels, pixels: part)
  }

  /// On black, in the middle.
  fileprivate func padded(width target: Int, height targetHeight: Int) -> Picture {
    var result = [UInt8](repeating: 0, count: target * targetHeight * channels)
    let (x, y) = ((target - width) / 2, (targetHeight - height) / 2)
    for row in 0..<height {
      let start = ((y + row) * target + x) * channels
      let source = row * width * channels
      result.replaceSubrange(
        start..<start + width * channels, with: pixels[source..<source + width * channels])
    }
    return Picture(width: target, height: targetHeight, channels: channels, pixels: result)
  }

  /// The picture in three channels.
  var asRGB: Picture {
    if channels == 3 { return self }
    return Picture(
      width: width, height: height, channels: 3, pixels: pixels.flatMap { [$0, $0, $0] })
  }
}
