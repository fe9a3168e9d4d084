package import Foundation

/// What became of a pod.
package struct PodStatus: Codable, Sendable, Hashable {
    package var phase: Phase?
    package var conditions: [Condition]?
    package var containerStatuses: [ContainerStatus]?
    package var initContainerStatuses: [ContainerStatus]?
    package var podIP: String?
    package var hostIP: String?
    package var reason: String?
    package var message: String?
    @Timestamp package var startTime: Date?

    package struct Phase: RawRepresentable, Codable, Sendable, Hashable {
        package let rawValue: String

        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// Covers scheduling and pulling: look at the conditions and the containers.
        package static let pending = Phase(rawValue: "Pending")
        package static let running = Phase(rawValue: "Running")
        package static let succeeded = Phase(rawValue: "Succeeded")
        package static let failed = Phase(rawValue: "Failed")
        package static let unknown = Phase(rawValue: "Unknown")
    }

    package init(
        phase: Phase? = nil,
        conditions: [Condition]? = nil,
        containerStatuses: [ContainerStatus]? = nil,
        initContainerStatuses: [ContainerStatus]? = nil,
        podIP: String? = nil,
        hostIP: String? = nil,
        reason: String? = nil,
        message: String? = nil
    ) {
        self.phase = phase
        self.conditions = conditions
        self.containerStatuses = containerStatuses
        self.initContainerStatuses = initContainerStatuses
        self.podIP = podIP
        self.hostIP = hostIP
        self.reason = reason
        self.message = message
    }

    /// The condition of that type, if the status has one.
    package func condition(_ type: String) -> Condition? {
        conditions?.first { $0.type == type }
    }
}
