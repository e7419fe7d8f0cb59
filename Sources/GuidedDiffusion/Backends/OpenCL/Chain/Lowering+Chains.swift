/// Launches over rows of one network become one: a work-item takes a part of the batch through all
/// of them, a few rows at a time, so that what lies between two steps stays in its core's cache.
///
/// For graphs of one row per image: the 2D example's networks, whose products are so small that
/// launches and passes over memory take as long as they do. No bit changes.
extension Lowering {
  /// Rows that go through all steps at once.
  private static var block: Int { 64 }

  /// A launch, or several that become one.
  private enum Item {
    case launch(PendingLaunch)
    case chain([PendingLaunch])
  }

  /// Joins the launches that can be steps of a chain; `wanted` even on devices of many cores.
  mutating func joinRows(outputs: [Graph.Value], wanted: Bool?) throws {
    // As many as sums have (see `lowerSum`): more cores are better served launch by launch.
    let parts = max(1, min(16, capacity / 256))
    guard wanted ?? (context.device.computeUnits <= parts), kernels == .cpu, fusion.usesExpressions,
      graph.values.allSatisfy({ !graph.shape($0).isBatched || graph.shape($0).rows == 1 })
    else { return }
    let rowsPerPart = (capacity + parts - 1) / parts
    let visible = Set(outputs.compactMap { views[$0]?.memory })
    let items = items(rowsPerPart: rowsPerPart)
    let users = Self.users(in: items)
    launches = []
    for (index, item) in items.enumerated() {
      switch item {
      case .launch(let launch): launches.append(launch)
      case .chain(let steps):
        let local = Set(steps.flatMap(\.memories)).filter {
          users[$0] == [index] && !visible.contains($0) && isTemporary($0)
        }
        let chain = Chain(
          steps.compactMap(\.step), name: "chain_\(index)", local: local, block: Self.block)
        try append(chain, steps, parts: parts, rowsPerPart: rowsPerPart)
      }
    }
    settleLives()
  }

  /// The launches in an order in which steps stand together: preparations first, and behind a chain
  /// what need not stand between its steps.
  private func items(rowsPerPart: Int) -> [Item] {
    var items = launches.filter(\.isPreparation).map { Item.launch($0) }
    var chain: [PendingLaunch] = []
    var later: [PendingLaunch] = []
    func close() {
      items += chain.count > 1 ? [.chain(chain)] : chain.map { .launch($0) }
      items += later.map { .launch($0) }
      (chain, later) = ([], [])
    }
    for launch in launches where !launch.isPreparation {
      guard let step = launch.step, (step.rowsPerPart ?? rowsPerPart) == rowsPerPart else {
        later.append(launch)
        continue
      }
      // Each value is written before it is read, and once: only reading what waits matters.
      if !Set(later.flatMap(\.memories)).isDisjoint(with: launch.reads) { close() }
      chain.append(launch)
    }
    close()
    return items
  }

  /// For all memory, the items that touch it.
  private static func users(in items: [Item]) -> [Memory: Set<Int>] {
    var users: [Memory: Set<Int>] = [:]
    for (index, item) in items.enumerated() {
      let launches =
        switch item {
        case .launch(let launch): [launch]
        case .chain(let steps): steps
        }
      for memory in launches.flatMap(\.memories) { users[memory, default: []].insert(index) }
    }
    return users
  }

  /// Whether memory is a region that is not kept from run to run.
  private func isTemporary(_ memory: Memory) -> Bool {
    if case .region(let index) = memory { regions[index].life.upperBound != .max } else { false }
  }

  /// Appends the launch of a chain.
  private mutating func append(
    _ chain: Chain, _ steps: [PendingLaunch], parts: Int, rowsPerPart: Int
  ) throws {
    expressions.addChain(chain.text)
    constants.append(try Buffer(chain.table, on: context))
    let table = Memory.constant(constants.count - 1)
    let memory = region(floats: max(chain.slot, 16) * parts)
    let operations = steps.map(\.multiplyAdds).reduce(0, +)
    launches.append(
      PendingLaunch(
        name: chain.name, program: nil,
        arguments: chain.bases.map { .write($0) } + [
          .read(table), .int(chain.steps.count), .write(memory), .int(chain.slot), .perImage(1),
          .int(rowsPerPart), .int(Self.block),
        ],
        label: "\(steps.count) steps", multiplyAdds: operations, local: nil,
        size: { _ in [parts] }))
  }

  /// Finds the lives of all regions anew; what no launch touches any more takes no memory.
  private mutating func settleLives() {
    var lives: [Int: ClosedRange<Int>] = [:]
    for (place, launch) in launches.enumerated() {
      for case .region(let index) in launch.memories {
        lives[index] = (lives[index]?.lowerBound ?? place)...place
      }
    }
    for index in regions.indices where isTemporary(.region(index)) {
      if let life = lives[index] {
        regions[index].life = life
      } else {
        regions[index] = Region(size: 0, life: 0...0)
      }
    }
  }
}

extension Lowering.PendingLaunch {
  /// All memory that it touches.
  var memories: [Lowering.Memory] {
    arguments.compactMap {
      switch $0 {
      case .read(let memory), .write(let memory): memory
      case .value: nil
      }
    }
  }

  /// The memory that it reads.
  var reads: [Lowering.Memory] {
    arguments.compactMap { if case .read(let memory) = $0 { memory } else { nil } }
  }
}
