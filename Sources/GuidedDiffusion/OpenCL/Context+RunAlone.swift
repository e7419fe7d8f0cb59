extension Context {
  /// Runs the kernel of `source` that has the file's name on a buffer of its own: for trying what
  /// a simulator reports.
  package func runAlone(_ source: KernelSource, elements: Int, items: Int) throws(OpenCLError) {
    let buffer = try Buffer([Float](repeating: 0, count: elements), on: self)
    let program = try program(source)
    try Launch(source.name, of: program, [.buffer(buffer)], size: { _ in [items] })
      .enqueue(batch: 1)
    try finish()
  }
}
