import Testing

@testable import GuidedDiffusion

@Suite("Choice of the device") struct ComputeDeviceTests {
  @Test("without OpenCL devices the fallback is taken, with one line")
  func nothing() throws {
    let choice = try ComputeDevice.choose(nil, among: [])
    guard case .fallback = choice.device else { Issue.record("\(choice)"); return }
    #expect(choice.warning == "no OpenCL device: using the fallback")
    #expect(try ComputeDevice.choose("fallback", among: []).warning == nil)
  }

  @Test("a device that is not there has its line", arguments: ["0", "7", "-1", "", "quantum"])
  func unknown(text: String) {
    let error = #expect(throws: SettingsError.self) {
      try ComputeDevice.choose(text, among: [])
    }
    #expect(
      error?.description == "device '\(text)': give fallback, since there is no OpenCL device")
  }
}
