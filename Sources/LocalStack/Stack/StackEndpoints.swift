package import Foundation

/// Where a running stack is reached.
///
/// It stands as JSON in the stack's folder, for `berth-dev env`.
package struct StackEndpoints: Codable, Sendable, Hashable {
    package var processID: Int32
    package var startedAt: Date
    package var timeScale: Double
    package var seed: UInt64
    package var region: String
    package var awsURL: String
    package var githubURL: String
    package var controlURL: String
    package var kafkaBootstrapServers: String
    package var kubernetesURL: String
    package var kubeconfig: String
    /// Where EFS's mount targets go.
    package var subnetIDs: [String]

    /// The mock cluster waits for a member's session before it rebalances, and has no wake-up of fetches.
    private static let kafkaProperties: [(name: String, value: String)] = [
        ("BERTH_KAFKA_PROPERTY_SESSION_TIMEOUT_MS", "6000"),
        ("BERTH_KAFKA_PROPERTY_HEARTBEAT_INTERVAL_MS", "500"),
        ("BERTH_KAFKA_PROPERTY_FETCH_WAIT_MAX_MS", "10"),
    ]

    /// What a program needs in its environment to talk to the stack instead of the real services.
    ///
    /// The credentials are for show: signatures aren't verified.
    package var environment: [(name: String, value: String)] {
        [
            ("BERTH_KAFKA_BOOTSTRAP_SERVERS", kafkaBootstrapServers),
            ("AWS_ENDPOINT_URL", awsURL),
            ("AWS_REGION", region),
            ("AWS_DEFAULT_REGION", region),
            ("AWS_ACCESS_KEY_ID", "berth-dev"),
            ("AWS_SECRET_ACCESS_KEY", "berth-dev"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("KUBECONFIG", kubeconfig),
            ("BERTH_GITHUB_URL", githubURL),
            ("BERTH_DEV_CONTROL_URL", controlURL),
            ("BERTH_EFS_SUBNETS", subnetIDs.joined(separator: ",")),
            // An hour is long on a stack that lives for minutes.
            ("BERTH_JANITOR_QUARANTINE", "1s"),
        ] + Self.kafkaProperties
    }
}
