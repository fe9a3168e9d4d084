// swift-tools-version: 6.2
import PackageDescription

// What reads bytes from outside, alone and without what opens connections: the whole package would take half an hour.
// The folders are links to the real ones; keep the settings as in the package above.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .unsafeFlags(["-sanitize=fuzzer,address", "-parse-as-library"]),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "berth-fuzzing",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", "4.0.0"..<"5.0.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
        .package(url: "https://github.com/CoreOffice/XMLCoder", from: "0.18.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        .target(
            name: "AWS",
            dependencies: [crypto, logging, .product(name: "XMLCoder", package: "XMLCoder")],
            exclude: ["Transport/AsyncHTTPTransport.swift", "Transport/HTTPClientConfiguration.swift"],
            swiftSettings: settings
        ),
        .target(
            name: "Kubernetes",
            dependencies: [
                logging, .product(name: "Yams", package: "Yams"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            exclude: [
                "Transport/BodyReader.swift", "Transport/HTTPKubernetesTransport.swift",
                "Transport/KubernetesTransportError+HTTP.swift", "Transport/TLSSettings.swift",
            ],
            swiftSettings: settings
        ),
        .target(name: "Reservations", dependencies: [crypto], swiftSettings: settings),
        .target(
            name: "Fleet",
            dependencies: ["AWS", "Reservations"],
            sources: [
                "Ledger", "SSH/IdentificationParser.swift", "Settings/SettingError.swift",
                "Settings/SettingFile.swift",
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Fuzz",
            dependencies: ["AWS", "Fleet", "Kubernetes", "Reservations"],
            swiftSettings: settings,
            // gold fails on the debug information.
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]
        ),
    ],
    swiftLanguageModes: [.v6]
)
