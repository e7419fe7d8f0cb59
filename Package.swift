// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "guided-diffusion",
  products: [
    .library(name: "GuidedDiffusion", targets: ["GuidedDiffusion"]),
    .executable(name: "autoguide", targets: ["autoguide"]),
    .executable(name: "bench", targets: ["bench"]),
  ],
  traits: [
    .trait(
      name: "MPI",
      description: "Processes under mpirun share out their work as it is done (libopenmpi-dev).")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
  ],
  targets: [
    // 0. Foreign code: system libraries, OpenCL C sources, embedded weights.
    .systemLibrary(
      name: "COpenCL", pkgConfig: "OpenCL", providers: [.apt(["ocl-icd-opencl-dev"])]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "Kernels", exclude: ["cl"]),
    .target(name: "EmbeddedModels"),

    // 1. The library: graph, backends, checkpoints, networks, sampling.
    .target(
      name: "GuidedDiffusion",
      dependencies: [
        "COpenCL", "COpenBLAS", "CCrypto", "Kernels", "EmbeddedModels",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: strict),

    // 2. Pictures: PNG files, labelled grids.
    .target(name: "PNGBridge", dependencies: ["CPNG"]),
    .target(
      name: "Figures", dependencies: ["PNGBridge", "CCairo", "GuidedDiffusion"],
      swiftSettings: strict),

    // 3. Datasets: zip files, folders, IDX files.
    .target(
      name: "Datasets", dependencies: ["CZip", "CZlib", "Figures", "GuidedDiffusion"],
      swiftSettings: strict),

    // 4. Downloads: published files, over HTTP.
    .target(
      name: "Downloads", dependencies: ["CCurl", "GuidedDiffusion"], swiftSettings: strict),

    // 5. Many machines: nothing without the trait MPI.
    .systemLibrary(
      name: "COpenMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
    .target(
      name: "MPIRanks",
      dependencies: [.target(name: "COpenMPI", condition: .when(traits: ["MPI"]))],
      swiftSettings: strict),

    // 6. Programs.
    .plugin(name: "Commit", capability: .buildTool()),
    .target(name: "BuildInfo", swiftSettings: strict, plugins: ["Commit"]),
    .executableTarget(
      name: "autoguide",
      dependencies: [
        "GuidedDiffusion", "Figures", "Datasets", "Downloads", "MPIRanks", "BuildInfo",
        argumentParser,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "bench", dependencies: ["GuidedDiffusion", argumentParser], swiftSettings: strict),

    // 7. Tests. Kernel cases serve the tests and `conformance`, which runs under a simulator.
    .target(name: "KernelCases", dependencies: ["GuidedDiffusion"], swiftSettings: strict),
    .executableTarget(
      name: "conformance", dependencies: ["GuidedDiffusion", "KernelCases"],
      swiftSettings: strict),
    .testTarget(
      name: "GuidedDiffusionTests",
      dependencies: ["GuidedDiffusion", "KernelCases", "conformance"],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(name: "BenchTests", dependencies: ["bench"], swiftSettings: strict),
    .testTarget(
      name: "FiguresTests", dependencies: ["Figures", "GuidedDiffusion"], swiftSettings: strict),
    .testTarget(
      name: "DatasetsTests", dependencies: ["Datasets", "Figures", "GuidedDiffusion"],
      exclude: ["Fixtures"], swiftSettings: strict),
    .target(name: "LocalServer", path: "Tests/LocalServer", swiftSettings: strict),
    .testTarget(
      name: "DownloadsTests", dependencies: ["Downloads", "GuidedDiffusion", "LocalServer"],
      swiftSettings: strict),
    .testTarget(
      name: "AutoguideTests",
      dependencies: ["autoguide", "Datasets", "Figures", "GuidedDiffusion", "LocalServer"],
      swiftSettings: strict),
  ],
  cLanguageStandard: .c2x  // `#embed` in Sources/Kernels and Sources/EmbeddedModels
)
