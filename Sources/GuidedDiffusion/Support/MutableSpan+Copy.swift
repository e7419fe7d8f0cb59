extension MutableSpan where Element: BitwiseCopyable {
  /// Copies a run of elements to `position`.
  mutating func copy(_ source: Span<Element>, to position: Int) {
    precondition(
      position >= 0 && position + source.count <= count,
      "\(source.count) elements at \(position) of \(count)")
    unsafe source.withUnsafeBufferPointer { source in
      unsafe self.withUnsafeMutableBufferPointer { target in
        if let from = source.baseAddress, let to = target.baseAddress {
          unsafe (to + position).update(from: from, count: source.count)
        }
      }
    }
  }
}
