import Testing

@testable import GuidedDiffusion

extension OnDevice {
  @Suite("memory of a training") struct TrainingMemoryTests {
    @Test("what is recomputed within a budget gives the same bits, dropout included")
    func sameBits() throws {
      let training = try DropoutTraining()
      func backend(_ memory: Int?) throws -> OpenCLTraining {
        try OpenCLTraining(
          training.training, state: training.start, capacity: 2, memory: memory,
          on: OnDevice.context())
      }
      let free = try backend(nil)
      let all = free.executable.memory.activations
      let reference = try training.trainer(free, training.start)
      let losses = try (0..<2).map { _ in try training.step(reference) }
      let state = try reference.state()
      for part in [1, 0.9, 0.75] {
        let budget = Int(Double(all) * part)
        let tight = try backend(budget)
        #expect(tight.executable.memory.activations <= budget)
        let trainer = try training.trainer(tight, training.start)
        #expect(try (0..<2).map { _ in try training.step(trainer) } == losses, "\(part)")
        #expect(try trainer.state().parts == state.parts, "\(part)")
      }
      #expect(throws: SettingsError.self) { try backend(10_000) }
    }
  }
}

@Suite("memory of a training") struct RecomputationTests {
  @Test("the CPU backend computes the same from fewer values at a time")
  func peak() throws {
    let training = try DropoutTraining()
    let all = training.training.graph.peakElements(for: training.training.outputs)
    let fitting = try training.training.fitting(all * 9 / 10) {
      $0.peakElements(for: training.training.outputs)
    }
    #expect(fitting.graph.peakElements(for: training.training.outputs) <= all * 9 / 10)
    #expect(fitting.graph.nodes.count > training.training.graph.nodes.count)
    let trainers = try [training.training, fitting].map {
      try training.trainer(CPUTraining<Float>($0, state: training.start), training.start)
    }
    #expect(try training.step(trainers[0]) == training.step(trainers[1]))
    #expect(try trainers[0].state().parts == trainers[1].state().parts)
  }
}
