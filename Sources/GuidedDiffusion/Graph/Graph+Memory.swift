extension Graph {
  /// Largest number of elements, for one image, that are alive at one time: those of each value
  /// from its computation, in order, to its last use.
  ///
  /// Backends need less where they fuse operations, and more for the work space of fast
  /// convolutions. What depends on parameters alone is not counted.
  ///
  /// - Parameter outputs: names of the values that are wanted; what they do not need is left out.
  /// - Returns: a number of elements; 0 if no value depends on an input.
  public func peakElements(for outputs: [String]) -> Int {
    let wanted = outputs.compactMap { names[$0] }
    let (needed, constant) = (isNeeded(for: wanted), isConstant)
    let isCounted = nodes.indices.map { needed[$0] && !constant[$0] }

    var lastUse = Array(nodes.indices)
    for index in nodes.indices where isCounted[index] {
      for operand in nodes[index].operands { lastUse[operand.index] = index }
    }
    for output in wanted { lastUse[output.index] = nodes.count }

    var (alive, peak) = (0, 0)
    for index in nodes.indices where isCounted[index] {
      alive += nodes[index].shape.count
      peak = max(peak, alive)
      for operand in Set(nodes[index].operands)
      where isCounted[operand.index] && lastUse[operand.index] == index {
        alive -= shape(operand).count
      }
    }
    return peak
  }
}
