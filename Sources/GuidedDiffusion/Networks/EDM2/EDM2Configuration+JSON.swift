extension EDM2Configuration {
  /// An object of all options by their Swift names, always in the same order.
  var json: JSON {
    func list(_ numbers: [Int]) -> JSON { .array(numbers.map(JSON.integer)) }
    return .object([
      .init("imageResolution", .integer(imageResolution)),
      .init("imageChannels", .integer(imageChannels)),
      .init("labelCount", .integer(labelCount)),
      .init("sigmaData", .number(sigmaData)),
      .init("levelChannels", list(levelChannels)),
      .init("noiseChannels", .integer(noiseChannels)),
      .init("embeddingChannels", .integer(embeddingChannels)),
      .init("blocksPerLevel", .integer(blocksPerLevel)),
      .init("attentionResolutions", list(attentionResolutions)),
      .init("channelsPerHead", .integer(channelsPerHead)),
      .init("resampleFilter", .array(resampleFilter.map(JSON.number))),
      .init("labelBalance", .number(labelBalance)),
      .init("concatBalance", .number(concatBalance)),
      .init("residualBalance", .number(residualBalance)),
      .init("attentionBalance", .number(attentionBalance)),
      .init("activationClip", activationClip.map(JSON.number) ?? .null),
      .init("dropout", .number(dropout)),
      .init("logvarChannels", .integer(logvarChannels)),
      .init("usesHalfPrecision", .bool(usesHalfPrecision)),
    ])
  }

  /// Reads what ``json`` gives. Every option must be there, and no other: an option that is not
  /// understood would change the results.
  ///
  /// - Throws: ``EDM2ConfigurationError`` that names the option.
  init(_ json: JSON) throws(EDM2ConfigurationError) {
    func value<Value>(
      _ name: String, _ convert: (JSON) -> Value?
    ) throws(EDM2ConfigurationError) -> Value {
      guard let found = json[name].flatMap(convert) else {
        throw EDM2ConfigurationError(reason: "the option \(name) is missing or of another type")
      }
      return found
    }
    func list<Value>(_ convert: @escaping (JSON) -> Value?) -> (JSON) -> [Value]? {
      { json in
        guard let array = json.array else { return nil }
        let values = array.compactMap(convert)
        return values.count == array.count ? values : nil
      }
    }
    imageResolution = try value("imageResolution", \.int)
    imageChannels = try value("imageChannels", \.int)
    labelCount = try value("labelCount", \.int)
    sigmaData = try value("sigmaData", \.double)
    levelChannels = try value("levelChannels", list(\.int))
    noiseChannels = try value("noiseChannels", \.int)
    embeddingChannels = try value("embeddingChannels", \.int)
    blocksPerLevel = try value("blocksPerLevel", \.int)
    attentionResolutions = try value("attentionResolutions", list(\.int))
    channelsPerHead = try value("channelsPerHead", \.int)
    resampleFilter = try value("resampleFilter", list(\.double))
    labelBalance = try value("labelBalance", \.double)
    concatBalance = try value("concatBalance", \.double)
    residualBalance = try value("residualBalance", \.double)
    attentionBalance = try value("attentionBalance", \.double)
    activationClip =
      json["activationClip"] == .null ? nil : try value("activationClip", \.double)
    dropout = try value("dropout", \.double)
    logvarChannels = try value("logvarChannels", \.int)
    usesHalfPrecision = try value("usesHalfPrecision", \.bool)
    let known = Set(self.json.members?.map(\.name) ?? [])
    if let unknown = json.members?.first(where: { !known.contains($0.name) }) {
      throw EDM2ConfigurationError(reason: "the option \(unknown.name) is not known")
    }
    try validate()
  }
}
