import EmbeddedModels

extension EDM2Network {
  /// The default pair, which lies in the program itself (see `Models/README.md`).
  ///
  /// - Throws: never, as long as the files in `Models` are whole.
  public static var embedded: (main: EDM2Network, guide: EDM2Network) {
    get throws(CheckpointError) {
      let main = unsafe MappedFile(
        path: "embedded main network", start: embedded_main.bytes, count: embedded_main.count,
        release: .leave)
      let guide = unsafe MappedFile(
        path: "embedded guide network", start: embedded_guide.bytes, count: embedded_guide.count,
        release: .leave)
      return (try EDM2Network(main), try EDM2Network(guide))
    }
  }
}
