extension PickleMachine {
  /// Reads a `torch.save` archive in zip format: `<folder>/data.pkl` and `<folder>/data/<key>`.
  ///
  /// - Returns: the value.
  mutating func readZipArchive() throws(CheckpointError) -> PickleValue {
    let members = try ZipDirectory(file, allowance).members
    let pickles = members.keys.filter { $0.hasSuffix("/data.pkl") && !$0.dropLast(9).contains("/") }
    guard pickles.count == 1, let name = pickles.first, let pickle = members[name] else {
      throw file.error("this zip file is no torch archive: it has no data.pkl")
    }
    let folder = name.dropLast("data.pkl".count)
    if let order = members[folder + "byteorder"] {
      let text = try allowance.string(file, order)
      guard text == "little" else { throw file.error("the byte order \(text) is not supported") }
    }
    var storages: [String: Range<Int>] = [:]
    for (name, range) in members where name.hasPrefix(folder + "data/") {
      try allowance.takeEntry((String, Range<Int>).self, at: nil)
      storages[String(name.dropFirst(folder.count + 5))] = range
    }
    var archive: TorchArchive? = TorchArchive(members: storages)
    return try read(pickle, archive: &archive).value
  }
}
