import Foundation
import Kubernetes
import Logging
package import Reservations

extension KubernetesPodHost {
    /// Reasons of events about a pod's disk; whatever else keeps it from getting on stands in its conditions.
    private static let diskReasons: Set<String> = ["FailedAttachVolume", "FailedMount"]
    private static let cure = "SuccessfulAttachVolume"

    package func trouble(of names: PodNames) async -> String? {
        let fields = FieldSelector(matching: ["involvedObject.name": names.pod, "involvedObject.kind": "Pod"])
        let events: [Event]
        do {
            events = try await client.list(
                Event.self,
                in: settings.namespace,
                fields: fields,
                deadline: settings.callDeadline
            ).items
        } catch {
            logger.debug("events can't be read", metadata: ["cause": "\(error.label)"])
            return nil
        }
        let told = events.filter { event in
            event.reason.map { Self.diskReasons.contains($0) || $0 == Self.cure } ?? false
        }
        let last = told.max { Self.time(of: $0) < Self.time(of: $1) }
        guard let last, let reason = last.reason, reason != Self.cure else { return nil }
        let words = last.message?.split(whereSeparator: \.isNewline).first.map { ": \($0.prefix(300))" }
        return reason + (words ?? "")
    }

    private static func time(of event: Event) -> Double {
        (event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp)?.timeIntervalSince1970 ?? 0
    }
}
