// swift-tools-version: 6.2
import PackageDescription

// What stands between Berth and librdkafka, alone: the whole package under a sanitizer takes half an hour.
// The folders are links to the real ones; keep the settings as in the package above.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let metricsTestKit = Target.Dependency.product(name: "MetricsTestKit", package: "swift-metrics")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
]

let package = Package(
    name: "berth-sanitized",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.7.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    ],
    targets: [
        .systemLibrary(name: "CRdkafka", pkgConfig: "rdkafka"),
        // Of this package alone: shows the library's threads and locks to ThreadSanitizer.
        .target(name: "SeenThreads"),
        .target(
            name: "Kafka",
            dependencies: ["CRdkafka", "SeenThreads", logging, metrics],
            swiftSettings: settings
        ),
        .target(
            name: "WorkQueue",
            dependencies: ["Kafka", deque, logging, metrics],
            swiftSettings: settings
        ),
        // Of the local stack only the mock cluster.
        .target(name: "LocalStack", dependencies: ["CRdkafka"], swiftSettings: settings),
        .testTarget(
            name: "KafkaTests",
            dependencies: ["Kafka", "LocalStack", logging, metricsTestKit] + nio,
            swiftSettings: settings
        ),
        .testTarget(
            name: "WorkQueueTests",
            dependencies: ["WorkQueue", "Kafka", "LocalStack", logging, metricsTestKit],
            swiftSettings: settings
        ),
        // Of this package alone: what ThreadSanitizer must report.
        .testTarget(name: "RaceTests", swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
