import Foundation

/// Post-hoc reconstruction of an average of any length out of a few that were stored (EDM2
/// section 3.2, Algorithm 3).
///
/// The profile wanted is approximated in the least-squares sense by a weighted sum of the stored
/// profiles: A x = b with the inner products of all profiles; the weights are then scaled to sum 1.
public enum PostHocEMA {
  /// A power-function average as it was at one time of a training.
  public struct Profile: Hashable, Sendable {
    /// t, for example in images; above 0.
    public let time: Double

    /// Its relative length.
    public let average: PowerFunctionEMA

    /// An average at a time.
    public init(time: Double, average: PowerFunctionEMA) {
      precondition(time > 0, "an average at time \(time)")
      self.time = time
      self.average = average
    }
  }

  /// Inner product of two profiles (EDM2 eq. 151), for T_a < T_b
  /// (γ_a + 1)(γ_b + 1)(T_a / T_b)^γ_b / ((γ_a + γ_b + 1) T_b), and alike if T_a is the larger.
  public static func correlation(_ a: Profile, _ b: Profile) -> Double {
    let (early, late) = a.time < b.time ? (a, b) : (b, a)
    let (g, h) = (early.average.exponent, late.average.exponent)
    return (g + 1) * (h + 1) * pow(early.time / late.time, h) / ((g + h + 1) * late.time)
  }

  /// Weights of stored averages in a reconstructed one.
  ///
  /// - Parameters:
  ///   - output: what is wanted.
  ///   - inputs: what is stored, all different; none later than the output if it is to be found.
  /// - Returns: one weight per input, with sum 1; nil if two inputs are so alike that the system
  ///   cannot be solved.
  public static func coefficients(of output: Profile, from inputs: [Profile]) -> [Double]? {
    precondition(!inputs.isEmpty, "no averages to reconstruct from")
    let system = inputs.map { row in inputs.map { correlation(row, $0) } }
    guard let weights = solve(system, inputs.map { correlation($0, output) }) else { return nil }
    let sum = weights.reduce(0, +)
    return sum.isFinite && sum != 0 ? weights.map { $0 / sum } : nil
  }

  /// Gaussian elimination with row pivots.
  private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
    var rows = zip(matrix, right).map { $0 + [$1] }
    let count = rows.count
    for column in 0..<count {
      let pivot = (column..<count).max { rows[$0][column].magnitude < rows[$1][column].magnitude }
      guard let pivot, rows[pivot][column] != 0 else { return nil }
      rows.swapAt(column, pivot)
      for row in column + 1..<max(count, column + 1) {
        let factor = rows[row][column] / rows[column][column]
        guard factor != 0 else { continue }
        for entry in column...count { rows[row][entry] -= factor * rows[column][entry] }
      }
    }
    var solution = [Double](repeating: 0, count: count)
    for row in (0..<count).reversed() {
      let known = (row + 1..<max(count, row + 1)).reduce(0) { $0 + rows[row][$1] * solution[$1] }
      solution[row] = (rows[row][count] - known) / rows[row][row]
    }
    return solution
  }
}
