/// How a process is, with reasons.
package struct HealthReport: Sendable, Equatable, Codable {
    package struct Check: Sendable, Equatable, Codable {
        package let name: String
        package let isGood: Bool
        package let detail: String

        enum CodingKeys: String, CodingKey {
            case name
            case isGood = "ok"
            case detail
        }

        package init(_ name: String, _ isGood: Bool, _ detail: String) {
            self.name = name
            self.isGood = isGood
            self.detail = detail
        }
    }

    package let isGood: Bool
    package let checks: [Check]

    enum CodingKeys: String, CodingKey {
        case isGood = "ok"
        case checks
    }

    package init(_ checks: [Check]) {
        isGood = checks.allSatisfy(\.isGood)
        self.checks = checks
    }
}

/// What the admin port tells about a process.
package protocol Observed: Sendable {
    /// Whether the process should be left running.
    func liveness() async -> HealthReport

    /// Whether it does what it is for.
    func readiness() async -> HealthReport

    /// What it is doing, for people.
    func state() async -> DebugState
}

package struct DebugState: Sendable, Codable {
    package var process: String
    package var version: String
    package var queue: [String: Queue] = [:]
    package var oldestHandlerSeconds: Double?
    package var reservations: [Item] = []

    package struct Queue: Sendable, Codable {
        package let partitions: Int
        package let waiting: Int
        package let running: Int
        package let resting: Int
        package let isFull: Bool
        package let isHeld: Bool
    }

    package struct Item: Sendable, Codable {
        package let reservation: String
        package let status: String
        package let phase: String
        package let detail: String
        package let since: String
    }
}
