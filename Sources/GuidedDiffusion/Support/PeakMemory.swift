import Foundation

/// Largest resident size of this process so far, in bytes.
package func peakResidentBytes() -> Int {
  var usage = rusage()
  let thisProcess: Int32 = 0
  unsafe getrusage(thisProcess, &usage)
  return usage.ru_maxrss * 1024
}
