import Foundation
import Testing

@testable import GuidedDiffusion

@Suite("Choice of the engine") struct EngineChoiceTests {
  @Test(
    "the compute capability says what there may be",
    arguments: [
      (nil, [.portable]), (ComputeCapability(7, 5), [.portable]),
      (ComputeCapability(8, 0), [.tensorCores, .portable]),
      (ComputeCapability(8, 9), [.tensorCores, .portable]),
      (ComputeCapability(9, 0), [.warpgroups, .tensorCores, .portable]),
      (ComputeCapability(10, 0), [.tensorCores, .portable]),
      (ComputeCapability(12, 0), [.tensorCores, .portable]),
    ] as [(ComputeCapability?, [GPUEngine])])
  func candidates(capability: ComputeCapability?, expected: [GPUEngine]) {
    #expect(EngineChoice.candidates(capability) == expected)
  }

  private struct Broken: Error {}

  @Test("the fastest engine that proves right is taken, the last one untried")
  func ladder() {
    let all: [GPUEngine] = [.warpgroups, .tensorCores, .portable]
    let trials: [(String, () throws -> EngineChoice.Trial)] = [
      ("right", { .right(2e-4) }), ("wrong", { .wrong(0.7) }),
      ("no number", { .wrong(.infinity) }), ("fails", { .failed("does not compile") }),
      ("throws", { throw Broken() }),
    ]
    for (first, wgmma) in trials {
      for (second, mma) in trials {
        var tried: [GPUEngine] = []
        let choice = EngineChoice(among: all) { engine in
          tried.append(engine)
          return try engine == .warpgroups ? wgmma() : mma()
        }
        let expected: GPUEngine =
          first == "right" ? .warpgroups : second == "right" ? .tensorCores : .portable
        #expect(choice.engine == expected, "\(first), \(second)")
        #expect(choice.refused.map(\.engine) == Array(all.prefix { $0 != expected }))
        #expect(choice.refused.allSatisfy { !$0.reason.isEmpty })
        #expect(tried == (first == "right" ? [.warpgroups] : [.warpgroups, .tensorCores]))
      }
    }
    #expect(EngineChoice(among: [.portable]) { _ in throw Broken() }.engine == .portable)
    #expect(EngineChoice(among: []) { _ in .right(0) }.engine == .portable)
  }

  @Test("a choice is read as it was written, and nothing else is")
  func text() {
    for trial in [EngineChoice.Trial.right(0), .wrong(0.5), .failed("two\nlines: of a log")] {
      let choice = EngineChoice(among: [.warpgroups, .tensorCores, .portable]) { _ in trial }
      let read = EngineChoice(choice.description)
      #expect(read?.engine == choice.engine)
      #expect(read?.description == choice.description)
    }
    for text in ["", "\n", "wgmma 2", "portable\nwgmma", "portable\nwarp: wrong"] {
      #expect(EngineChoice(text) == nil, "\(text)")
    }
  }
}

extension OnDevice {
  @Suite("Choice of the engine on a device") struct EngineChoiceDeviceTests {
    @Test("is kept with the kernels, for what there may be")
    func cache() throws {
      let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("autoguide-engines-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let (cache, device) = (KernelCache(folder: folder), try OnDevice.context().device)
      var tried = 0
      func choose(_ engines: [GPUEngine], cache: KernelCache?) -> EngineChoice {
        EngineChoice.engine(among: engines, of: device, cache: cache) { engine in
          tried += 1
          return engine == .tensorCores ? .right(1e-4) : .wrong(1)
        }
      }
      let hopper: [GPUEngine] = [.warpgroups, .tensorCores, .portable]
      let first = choose(hopper, cache: cache)
      #expect(first.engine == .tensorCores && tried == 2)
      #expect(choose(hopper, cache: cache) == first && tried == 2)
      #expect(choose([.tensorCores, .portable], cache: cache).refused.isEmpty && tried == 3)
      #expect(choose(hopper, cache: nil) == first && tried == 5)
      for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
        try Data("nonsense".utf8).write(to: folder.appendingPathComponent(file))
      }
      #expect(choose(hopper, cache: cache) == first && tried == 7)
      #expect(choose([.portable], cache: cache).engine == .portable && tried == 7)
    }

    @Test("is the portable engine where no other can be")
    func here() throws {
      let device = try OnDevice.context().device
      if device.computeCapability == nil {
        #expect(EngineChoice.engine(of: device) == EngineChoice(engine: .portable, refused: []))
      }
    }

    @Test("the self-test takes every tile")
    func tiles() {
      let tiles = Set(
        EngineSelfTest.trials.map { trial in
          var trial = trial
          trial.engine = .tensorCores
          return trial.product.tile
        })
      #expect(tiles == Set(GPUTile.all(.tensorCores, isHalf: true)))
    }

    @Test("the self-test finds what is right right", arguments: [GPUEngine.portable, .emulation])
    func right(engine: GPUEngine) throws {
      guard case .right(let error) = EngineSelfTest.run(engine, on: try OnDevice.context()) else {
        Issue.record("\(engine) is refused")
        return
      }
      #expect(error < EngineSelfTest.bound)
    }

    @Test(
      "the self-test finds wrong numbers wrong",
      arguments: [
        // Fragments of the wrong columns, a sum that begins with a NaN, a result of the wrong row.
        ("(lane >> 3 & 1)", "(lane >> 4 & 1)"), ("d[i][j][part] = 0", "d[i][j][part] = NAN"),
        ("to + 8 * STRIDE_R", "to + 4 * STRIDE_R"),
      ])
    func wrong(text: String, replacement: String) throws {
      let kernel = KernelSource.gpuConvolution
      #expect(kernel.text.contains(text))
      let broken = KernelSource(
        name: kernel.name, text: kernel.text.replacing(text, with: replacement))
      let trial = EngineSelfTest.run(.emulation, by: broken, on: try Context(device()))
      guard case .wrong(let error) = trial else {
        Issue.record("\(replacement): \(trial)")
        return
      }
      #expect(error > EngineSelfTest.bound)
    }

    @Test("the self-test reports what does not compile")
    func failure() throws {
      let broken = KernelSource(name: "gpu_convolution", text: "#error no such device")
      let trial = EngineSelfTest.run(.emulation, by: broken, on: try Context(device()))
      guard case .failed(let reason) = trial else {
        Issue.record("\(trial)")
        return
      }
      #expect(reason.contains("does not compile"))
    }

    private func device() throws -> OpenCLDevice { try OnDevice.context().device }
  }
}
