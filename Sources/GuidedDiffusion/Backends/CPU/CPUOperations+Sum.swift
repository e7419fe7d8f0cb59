extension CPUOperations {
  /// Sums over rows, channels and images, in `Double` and in a fixed order.
  func sum(_ x: Value, to shape: Shape) -> [Element] {
    let images = x.shape.isBatched ? batch : 1
    let sums = imageSums(x, images: images, columns: shape.count)
    if shape.isBatched || images == 1 { return sums.map { Element($0) } }
    return (0..<shape.count).map { column in
      Element(
        stride(from: column, to: sums.count, by: shape.count).reduce(0) { $0 + sums[$1] })
    }
  }

  /// The sums of each image: of all its elements (`columns` = 1) or of its rows.
  private func imageSums(_ x: Value, images: Int, columns: Int) -> [Double] {
    let rows = Tiling(images: images, rows: 1, columns: columns, rowsPerTile: 1)
    return rows.map { tile, y in
      let image = x.elements.span.extracting(x.range(image: tile.image))
      for i in y.indices { y[i] = 0 }
      if columns == 1 {
        for i in image.indices { y[0] += Double(image[i]) }
      } else {
        for start in stride(from: 0, to: image.count, by: columns) {
          for i in 0..<columns { y[i] += Double(image[start + i]) }
        }
      }
    }
  }

  /// Elements repeated over a larger shape.
  func broadcast(_ x: Value, to shape: Shape) -> [Element] {
    Tiling(images: images, shape: shape).map { tile, y in
      let source = x.elements.span.extracting(x.range(image: tile.image))
      if source.count == 1 {
        for i in y.indices { y[i] = source[0] }
      } else {
        for start in stride(from: 0, to: y.count, by: source.count) {
          y.copy(source, to: start)
        }
      }
    }
  }

  /// Weights with input and output exchanged, their kernels reversed.
  func transpose(_ x: Value) -> [Element] {
    let (outputs, inputs) = (x.shape.dimensions[0], x.shape.dimensions[1])
    let taps = x.shape.count / (outputs * inputs)
    let rows = Tiling(images: 1, rows: inputs, columns: outputs * taps, rowsPerTile: 16)
    return rows.map { tile, y in
      var position = 0
      for input in tile.rows {
        for output in 0..<outputs {
          let end = ((output * inputs + input) + 1) * taps - 1
          for tap in 0..<taps { y[position + tap] = x.elements[end - tap] }
          position += taps
        }
      }
    }
  }
}
