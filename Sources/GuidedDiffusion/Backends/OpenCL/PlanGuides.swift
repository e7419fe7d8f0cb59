/// The guides of a plan: on the main network's device, or on one of their own.
enum PlanGuides {
  case local([OpenCLDenoiser])
  case remote(RemoteGuides)

  /// The launches on the main network's device.
  var launches: [Launch] {
    if case .local(let networks) = self { networks.flatMap(\.launches) } else { [] }
  }

  /// For one image.
  var multiplyAdds: Int {
    switch self {
    case .local(let networks): networks.map(\.multiplyAdds).reduce(0, +)
    case .remote(let guides): guides.multiplyAdds
    }
  }

  /// Writes the labels of a batch.
  func setClasses(_ classes: [Int]?, batch: Int) throws {
    switch self {
    case .local(let networks):
      for network in networks { try network.setClasses(classes, batch: batch) }
    case .remote(let guides): try guides.setClasses(classes, batch: batch)
    }
  }

  /// Before the main network is enqueued: sends its input to where the guides are.
  func prepare(_ input: Buffer, batch: Int) throws {
    if case .remote(let guides) = self { try guides.fetch(input, batch: batch) }
  }

  /// After the main network is enqueued: all guides.
  ///
  /// - Returns: c_skip and c_out of each.
  func evaluate(sigma: Float, batch: Int) throws -> [(skip: Float, out: Float)] {
    switch self {
    case .local(let networks):
      try networks.map { try $0.enqueue(sigma: sigma, batch: batch) }
    case .remote(let guides): try guides.evaluate(sigma: sigma, batch: batch)
    }
  }
}
