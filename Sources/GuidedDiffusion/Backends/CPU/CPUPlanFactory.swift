/// Networks compiled for the fallback, as a sampler takes them.
public struct CPUPlanFactory<Element: CPUScalar>: PlanFactory {
  private let main: CPUDenoiser<Element>
  private let guides: [CPUDenoiser<Element>]

  /// A factory for some networks; plans share what is compiled.
  ///
  /// - Parameters:
  ///   - main: the main network.
  ///   - guides: the guiding networks, for images of the same shape.
  public init(main: CPUDenoiser<Element>, guides: [CPUDenoiser<Element>] = []) {
    self.main = main
    self.guides = guides
  }

  /// Shape of an image, `[N, H, W, C]`.
  public var imageShape: Shape { main.imageShape }

  /// Classes of the main network.
  public var classCount: Int { main.labelCount }

  /// Number of guiding networks.
  public var guideCount: Int { guides.count }

  /// `fallback`.
  public var deviceName: String { "fallback" }

  /// OpenBLAS with the processor it is tuned for, on which the bits depend, and the type.
  public var algorithms: String { Self.algorithms }

  /// See ``algorithms-swift.property``; the same for all networks.
  static var algorithms: String { "\(OpenBLAS.description) \(Element.self)" }

  /// A plan; nothing is compiled again.
  public func makePlan<State: SamplerScalar>(
    capacity: Int, state: State.Type
  ) -> any GuidedPlan<State> {
    CPUPlan<State, Element>(main: main, guides: guides, capacity: capacity)
  }
}
