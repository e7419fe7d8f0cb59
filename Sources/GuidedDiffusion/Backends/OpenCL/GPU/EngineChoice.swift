/// Which engine multiplies on a GPU.
///
/// Vendor and compute capability say which engines can be there; which one is taken says a test of
/// its numbers, never its compiling alone: there are compilers that take instructions and carry out
/// none.
package struct EngineChoice: Hashable, Sendable {
  /// What multiplies.
  package let engine: GPUEngine

  /// The faster engines that were tried before, and why each was not taken.
  package let refused: [Refusal]

  /// An engine that was not taken.
  package struct Refusal: Hashable, Sendable {
    package let engine: GPUEngine
    package let reason: String
  }

  /// What an engine's numbers were like.
  package enum Trial: Sendable {
    /// With the largest error, relative to the results.
    case right(Double)
    case wrong(Double)

    /// With what the device reported.
    case failed(String)
  }

  /// The fastest engine that proves right.
  ///
  /// - Parameters:
  ///   - engines: from the fastest to the one that is taken untried.
  ///   - trial: tries one.
  package init(among engines: [GPUEngine], trial: (GPUEngine) throws -> Trial) {
    var refused: [Refusal] = []
    for engine in engines.dropLast() {
      do {
        switch try trial(engine) {
        case .right:
          self.init(engine: engine, refused: refused)
          return
        case .wrong(let error):
          refused.append(Refusal(engine: engine, reason: "wrong numbers, by \(error)"))
        case .failed(let reason): refused.append(Refusal(engine: engine, reason: reason))
        }
      } catch {
        refused.append(Refusal(engine: engine, reason: "\(error)"))
      }
    }
    self.init(engine: engines.last ?? .portable, refused: refused)
  }

  init(engine: GPUEngine, refused: [Refusal]) { (self.engine, self.refused) = (engine, refused) }

  /// The engines that a device may have, from the fastest to the one that every device has.
  ///
  /// - Parameter capability: of an NVIDIA device, nil for any other.
  /// - Returns: at least one.
  package static func candidates(_ capability: ComputeCapability?) -> [GPUEngine] {
    guard let capability, capability.major >= 8 else { return [.portable] }
    // wgmma is sm_90a's alone: later devices have other instructions in its place.
    let isHopper = capability == ComputeCapability(9, 0)
    return isHopper ? [.warpgroups, .tensorCores, .portable] : [.tensorCores, .portable]
  }
}

extension EngineChoice: CustomStringConvertible {
  /// A line for the engine and one for each that was refused.
  package var description: String {
    ([engine.description] + refused.map { "\($0.engine): \(Self.oneLine($0.reason))" })
      .joined(separator: "\n")
  }

  /// Reads ``description``; nil if it is none.
  init?(_ text: String) {
    let lines = text.split(separator: "\n").map(String.init)
    guard let first = lines.first, let engine = Self.engine(first) else { return nil }
    var refused: [Refusal] = []
    for line in lines.dropFirst() {
      guard let colon = line.firstRange(of: ": "),
        let engine = Self.engine(String(line[..<colon.lowerBound]))
      else { return nil }
      refused.append(Refusal(engine: engine, reason: String(line[colon.upperBound...])))
    }
    self.init(engine: engine, refused: refused)
  }

  private static func engine(_ name: String) -> GPUEngine? {
    GPUEngine.allCases.first { $0.description == name }
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
