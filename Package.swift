// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let metricsTestKit = Target.Dependency.product(name: "MetricsTestKit", package: "swift-metrics")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOFoundationCompat", package: "swift-nio"),
]
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let xmlCoder = Target.Dependency.product(name: "XMLCoder", package: "XMLCoder")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func executable(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name,
        dependencies: dependencies + [argumentParser, logging],
        swiftSettings: settings
    )
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "berth",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "berth", targets: ["berth"]),
        .executable(name: "berth-worker", targets: ["berth-worker"]),
        .executable(name: "berth-janitor", targets: ["berth-janitor"]),
        .executable(name: "berth-dev", targets: ["berth-dev"]),
        .executable(name: "berth-bench", targets: ["berth-bench"]),
        .executable(name: "berth-simulate", targets: ["berth-simulate"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", "4.0.0"..<"5.0.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.7.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/CoreOffice/XMLCoder", from: "0.18.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        .systemLibrary(name: "CRdkafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),

        library("Kafka", ["CRdkafka", logging, metrics]),
        library("WorkQueue", ["Kafka", deque, logging, metrics]),
        library("AWS", [httpClient, crypto, xmlCoder, logging, nioSSL] + nio),
        library("Kubernetes", [httpClient, yams, subprocess, nioSSL, logging] + nio),
        library("Reservations", [crypto]),
        library(
            "Fleet",
            [
                "AWS", "Kafka", "Kubernetes", "Reservations", "WorkQueue",
                configuration, crypto, httpClient, hummingbird, logging, metrics, serviceLifecycle,
                unixSignals,
            ] + nio
        ),
        library("Simulation", ["Reservations"]),
        library("LocalStack", ["CRdkafka", hummingbird, logging, serviceLifecycle, subprocess]),

        library("QueueWorld", []),

        executable("berth", ["Fleet", "Kafka", "Reservations", "WorkQueue"]),
        executable("berth-worker", ["Fleet"]),
        executable("berth-janitor", ["Fleet", "Reservations"]),
        executable("berth-dev", ["LocalStack", serviceLifecycle, unixSignals]),
        executable("berth-simulate", ["Simulation"]),
        executable(
            "berth-bench",
            ["CRdkafka", "Fleet", "Kafka", "LocalStack", "QueueWorld", "Reservations", "WorkQueue"]
        ),

        .target(
            name: "TestSupport",
            dependencies: ["Reservations", "Simulation"],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        tests("KafkaTests", ["Kafka", "LocalStack", logging, metricsTestKit, nioSSL] + nio),
        tests("WorkQueueTests", ["WorkQueue", "Kafka", "LocalStack", logging, metricsTestKit]),
        tests("AWSTests", ["AWS", subprocess, httpClient, logging] + nio),
        tests("KubernetesTests", ["Kubernetes", logging]),
        tests("ReservationsTests", ["Reservations", "TestSupport"]),
        tests("SimulationTests", ["Reservations", "Simulation"]),
        tests(
            "FleetTests",
            [
                "Fleet", "AWS", "Kafka", "Kubernetes", "Reservations", "LocalStack", "WorkQueue", logging,
                metricsTestKit,
            ] + nio
        ),
        tests("LocalStackTests", ["LocalStack", subprocess]),
        tests(
            "ContractTests",
            ["AWS", "Fleet", "Kubernetes", "Reservations", "LocalStack", httpClient, logging] + nio
        ),
        tests("SystemTests", ["CRdkafka", "Kafka", logging]),
    ],
    swiftLanguageModes: [.v6]
)
