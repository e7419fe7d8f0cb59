extension PickleMachine {
  /// Reads an archive in zip format of `torch.save` or TorchScript: `<folder>/data.pkl` and
  /// `<folder>/data/<key>`. The source text of TorchScript, `<folder>/code/`, is never looked at.
  ///
  /// - Returns: the value.
  mutating func readZipArchive() throws(CheckpointError) -> PickleValue {
    let directory = try ZipDirectory(file, allowance)
    let members = directory.members
    let pickles = members.keys.filter { $0.hasSuffix("/data.pkl") && !$0.dropLast(9).contains("/") }
    guard pickles.count == 1, let name = pickles.first, let pickle = members[name] else {
      throw file.error("this zip file is no torch archive: it has no data.pkl")
    }
    let folder = name.dropLast("data.pkl".count)
    let code = folder + "code/"
    if let member = directory.packed.first(where: { !$0.name.hasPrefix(code) }) {
      throw file.error(
        "a compressed or encrypted member: torch stores its members", at: member.position)
    }
    if let order = members[folder + "byteorder"] {
      let text = try allowance.string(file, order)
      guard text == "little" else { throw file.error("the byte order \(text) is not supported") }
    }
    var storages: [String: Range<Int>] = [:]
    for (name, range) in members where name.hasPrefix(folder + "data/") {
      try allowance.takeEntry((String, Range<Int>).self, at: nil)
      storages[String(name.dropFirst(folder.count + 5))] = range
    }
    var archive: TorchArchive? = TorchArchive(
      members: storages, isScript: members[folder + "constants.pkl"] != nil)
    return try read(pickle, archive: &archive).value
  }
}
