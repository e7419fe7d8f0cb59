import Testing

@testable import GuidedDiffusion

@Suite("Choice of the device") struct ComputeDeviceTests {
  @Test("without OpenCL devices the fallback is taken, with one line")
  func nothing() throws {
    let choice = try ComputeDevice.choose(nil, among: [])
    guard case .fallback = choice.device else { Issue.record("\(choice)"); return }
    #expect(choice.isStopgap)
    #expect(try !ComputeDevice.choose("fallback", among: []).isStopgap)
  }

  @Test("a device that is not there has its line", arguments: ["0", "7", "-1", "", "quantum"])
  func unknown(text: String) {
    let error = #expect(throws: SettingsError.self) {
      try ComputeDevice.choose(text, among: [])
    }
    #expect(
      error?.description == "device '\(text)' is not there: choose among fallback")
  }

  @Test("devices that cannot work together have their line")
  func groups() throws {
    #expect(DeviceGroup(.fallback).name == "fallback")
    let error = #expect(throws: SettingsError.self) { try DeviceGroup([.fallback, .fallback]) }
    #expect(error?.description.contains("named twice") == true)
    #expect(throws: SettingsError.self) { try DeviceGroup([]) }
    #expect(throws: SettingsError.self) { try DeviceGroup([.fallback], separateGuides: true) }
    let (group, first) = try DeviceGroup.choose([], separateGuides: false, among: [])
    #expect(group.devices.count == 1 && first.isStopgap)
  }
}
