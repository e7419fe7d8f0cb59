import KernelCases
import Testing

@testable import GuidedDiffusion

extension OnDevice {
  @Suite("Kernels") struct KernelTests {
    @Test("agree with the Double backend at the edges of their tiles", arguments: KernelCase.all)
    func cases(item: KernelCase) throws {
      let error = try item.error(on: OnDevice.context())
      #expect(error <= item.tolerance, "\(item)")
    }

    @Test(
      "for GPUs agree with the Double backend at the edges of their tiles",
      arguments: KernelCase.allOnGPU)
    func gpuCases(item: KernelCase) throws {
      let error = try item.error(on: OnDevice.context())
      #expect(error <= item.tolerance, "\(item)")
    }

    @Test("combine guides as the Double plan does", arguments: GuidanceCase.all)
    func guidance(item: GuidanceCase) throws {
      let error = try item.error(on: OnDevice.context())
      #expect(error <= 2e-5, "\(item)")
    }

    @Test("name the file and give the compiler's words if a kernel does not compile")
    func buildLog() throws {
      let source = KernelSource(name: "wrong", text: "kernel void wrong( { }")
      let error = #expect(throws: OpenCLError.self) {
        try OnDevice.context().runAlone(source, elements: 1, items: 1)
      }
      #expect(error?.function == "clBuildProgram")
      #expect(error?.detail.contains("wrong.cl") == true)
    }
  }
}
