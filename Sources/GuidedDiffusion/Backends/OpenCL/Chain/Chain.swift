/// Steps for the same rows as one kernel: what `chain.cl` is given.
struct Chain {
  /// Of the kernel.
  let name: String
  let steps: [RowStep]

  /// Memory of the values that others see, in the order of the kernel's arguments.
  let bases: [Lowering.Memory]

  /// Floats for the values that no other launch sees, of one part.
  let slot: Int

  /// The steps as numbers.
  let table: [Int32]

  private let expressions: [String]

  /// A chain; values in `local` memory are of `block` rows only.
  init(_ steps: [RowStep], name: String, local: Set<Lowering.Memory>, block: Int) {
    self.name = name
    self.steps = steps
    var bases: [Lowering.Memory] = []
    var expressions: [String] = []
    var regions: [Lowering.Memory: Region] = [:]
    for (index, step) in steps.enumerated() {
      if case .expression(let name) = step.function, !expressions.contains(name) {
        expressions.append(name)
      }
      for argument in step.arguments {
        guard let (memory, stride) = argument.memory else { continue }
        if local.contains(memory) {
          let first = regions[memory]?.life.lowerBound ?? index
          let size = max(regions[memory]?.size ?? 0, stride * block * 4)
          regions[memory] = Region(size: size, life: first...index)
        } else if !bases.contains(memory) {
          bases.append(memory)
        }
      }
    }
    let values = regions.sorted {
      ($0.value.life.lowerBound, $0.value.size) < ($1.value.life.lowerBound, $1.value.size)
    }
    let (places, sizes) = Arena.place(values.map(\.value), alignment: 64, limit: .max)
    slot = (sizes.first ?? 0) / 4
    let offsets = Dictionary(
      uniqueKeysWithValues: zip(values, places).map { ($0.key, $1.offset / 4) })
    self.bases = bases
    self.expressions = expressions
    table = steps.flatMap { step in
      let numbers = step.arguments.flatMap { $0.numbers(bases, offsets) }
      let function: Int =
        switch step.function {
        case .linear: 0
        case .weightGradient: 1
        case .copy: 2
        case .expression(let name): 3 + (expressions.firstIndex(of: name) ?? 0)
        }
      return [Int32(function), Int32(numbers.count + 2)] + numbers
    }
  }
}

extension Chain {
  /// The kernel in OpenCL C.
  var text: String {
    let names = bases.indices.map { "m\($0)" }
    return """
      #define CHAIN \(name)
      #define BASE_PARAMETERS \(names.map { "BASE(\($0))" }.joined(separator: ", "))
      #define BASES \(names.joined(separator: ", "))
      #define EXPRESSIONS \(cases)
      \(KernelSource.chain)
      """
  }

  /// The cases of the switch that call generated functions.
  private var cases: String {
    expressions.enumerated().map { index, name in
      let step = steps.first { $0.function == .expression(name) }
      return "case \(3 + index): \(name)_units(\(Self.call(step?.arguments ?? []))); break; "
    }.joined()
  }

  /// Leaves, result, channels, units per row, numbers; see ``ExpressionKernel``.
  private static func call(_ arguments: [RowStep.Argument]) -> String {
    var terms: [String] = []
    var numbers: [String] = []
    var place = 2
    for argument in arguments {
      switch argument {
      case .rows, .parts: terms.append("POINTER(\(place))")
      case .int: terms.append("INT(\(place))")
      case .float: numbers.append("FLOAT(\(place))")
      }
      place += argument.memory == nil ? 1 : 4
    }
    let unitsPerRow = terms.removeLast()
    return (terms + ["1", "0", "count * \(unitsPerRow)", "begins"] + numbers)
      .joined(separator: ", ")
  }
}

extension RowStep.Argument {
  /// What it points to, and the distance of its rows.
  fileprivate var memory: (Lowering.Memory, stride: Int)? {
    switch self {
    case .rows(let memory, let stride): (memory, stride)
    case .parts(let memory, _): (memory, 0)
    case .int, .float: nil
    }
  }

  /// Its numbers in the table.
  fileprivate func numbers(
    _ bases: [Lowering.Memory], _ offsets: [Lowering.Memory: Int]
  ) -> [Int32] {
    func pointer(_ memory: Lowering.Memory, perRow: Int, perPart: Int) -> [Int32] {
      if let offset = offsets[memory] { return [Int32(bases.count), Int32(offset), 0, 0] }
      return [Int32(bases.firstIndex(of: memory) ?? 0), 0, Int32(perRow), Int32(perPart)]
    }
    return switch self {
    case .rows(let memory, let stride): pointer(memory, perRow: stride, perPart: 0)
    case .parts(let memory, let size): pointer(memory, perRow: 0, perPart: size)
    case .int(let number): [Int32(number)]
    case .float(let number): [Int32(bitPattern: Float(number).bitPattern)]
    }
  }
}
