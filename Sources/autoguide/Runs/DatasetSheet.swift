import Datasets
import Figures
import GuidedDiffusion

/// Images of a dataset on one sheet: a row per class, or all in their order without classes.
struct DatasetSheet {
  private let dataset: Dataset
  private let columns: Int

  /// Most rows.
  static let mostRows = 40

  /// A sheet with `columns` images per row.
  init(_ dataset: Dataset, columns: Int) throws(DatasetError) {
    guard !dataset.isLatent else {
      throw DatasetError(
        dataset.source, reason: "latents cannot be drawn without their decoder; leave --grid")
    }
    self.dataset = dataset
    self.columns = columns
  }

  /// Reads the images and draws them.
  func draw() throws -> Picture {
    let rows = Array(self.rows.prefix(Self.mostRows))
    let pictures = try rows.map { row in
      try (0..<columns).map { column -> Picture? in
        guard row.indices.indices ~= column,
          case .pixels(let picture) = try dataset.image(row.indices[column])
        else { return nil }
        return picture
      }
    }
    var sheet = ContactSheet(
      title: (dataset.source.split(separator: "/").last).map(String.init) ?? dataset.source,
      columns: Array(repeating: .init(""), count: columns),
      rows: rows.map { .init($0.name, detail: $0.detail) }, pictures: pictures)
    sheet.introduction = [
      "\(dataset.count) images of \(dataset.shape.width) x \(dataset.shape.height), "
        + (dataset.labels.width == 0 ? "no classes" : "\(dataset.labels.width) classes")
    ]
    sheet.smallestEdge = 48
    sheet.footer = "autoguide \(libraryVersion)"
    return try sheet.draw()
  }

  private struct Row {
    var name: String
    var detail: String
    var indices: [Int]
  }

  private var rows: [Row] {
    guard case .classes(let classes, let count) = dataset.labels else {
      return stride(from: 0, to: min(dataset.count, columns * columns), by: columns).map {
        Row(name: "", detail: "", indices: Array($0..<min($0 + columns, dataset.count)))
      }
    }
    let byClass = Dictionary(grouping: classes.indices, by: { classes[$0] })
    return (0..<count).compactMap { number in
      guard let indices = byClass[number] else { return nil }
      return Row(
        name: "class \(number)", detail: "\(indices.count) images",
        indices: Array(indices.prefix(columns)))
    }
  }
}
