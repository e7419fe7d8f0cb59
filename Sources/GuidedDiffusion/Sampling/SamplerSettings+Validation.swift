extension SamplerSettings {
  /// Checks every number.
  ///
  /// - Parameter guides: number of guiding networks.
  /// - Throws: ``SettingsError`` with one line about the first setting that cannot be used.
  public func validate(guides: Int) throws(SettingsError) {
    try require(steps >= 1 && steps <= 100_000, "steps is \(steps): give 1 to 100000")
    try require(
      sigmaMin > 0 && sigmaMin.isFinite, "sigma_min is \(sigmaMin): give a number above 0")
    try require(
      sigmaMax > sigmaMin && sigmaMax <= 1e6,
      "sigma_max is \(sigmaMax): give a number above sigma_min (\(sigmaMin)), 1e6 at most")
    try require(sigmaMin >= 1e-6, "sigma_min is \(sigmaMin): give 1e-6 at least")
    try require(rho >= 0.1 && rho <= 1000, "rho is \(rho): give a number from 0.1 to 1000")
    try validateGuidance(guides: guides)
    try validateChurn()
  }

  private func validateGuidance(guides: Int) throws(SettingsError) {
    for weight in guidance {
      try require(
        weight.magnitude <= 1e6, "guidance is \(weight): give a finite number, 1 for no guidance")
    }
    if guides == 0 {
      try require(
        guidance.allSatisfy { $0 == 1 },
        "guidance is \(listed(guidance)) but there is no guiding network: name one, or give 1")
    } else {
      try require(
        guidance.count == guides,
        "\(guidance.count) guidance weights for \(guides) guiding networks: give one for each")
    }
    guard let interval else { return }
    try require(interval.isValid, "interval \(interval) is empty: give bounds in order")
    if case .steps(let range) = interval {
      try require(
        range.upperBound < steps, "interval \(interval) is beyond the last step, \(steps - 1)")
    }
  }

  private func validateChurn() throws(SettingsError) {
    try require(
      churn.amount >= 0 && churn.amount.isFinite,
      "S_churn is \(churn.amount): give a number of 0 or more")
    try require(
      churn.sigmaMin >= 0 && churn.sigmaMin.isFinite,
      "S_min is \(churn.sigmaMin): give a number of 0 or more")
    try require(
      churn.sigmaMax >= churn.sigmaMin,
      "S_max is \(churn.sigmaMax): give a number not below S_min (\(churn.sigmaMin))")
    try require(
      churn.noise >= 0 && churn.noise.isFinite,
      "S_noise is \(churn.noise): give a number of 0 or more")
  }

  private func listed(_ weights: [Double]) -> String {
    weights.map { "\($0)" }.joined(separator: ", ")
  }

  private func require(_ condition: Bool, _ complaint: String) throws(SettingsError) {
    if !condition { throw SettingsError(complaint) }
  }
}
