import ArgumentParser

/// How a command reports.
struct OutputOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "No progress on standard error.")
  var quiet = false

  @Flag(help: "Results as JSON.")
  var json = false
}
