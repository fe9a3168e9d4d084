import Foundation
import Synchronization

/// What a driver knows of its reservation beside the row; lost with the process, and nothing depends on it.
final class DriverMemory: Sendable {
    private struct State {
        var events: [String: Double] = [:]
        var ticks: [String: Duration] = [:]
        var begunAt: Duration?
        var hasCreated = false
        var endingSince: Duration?
        var exhaustedZones: Set<String> = []
    }

    private let state = Mutex(State())

    /// Trace events that ride on the next due write.
    var all: [String: Double] { state.withLock(\.events) }

    func set(_ event: TraceEvent, _ moment: Moment) {
        state.withLock { state in
            state.events[event.rawValue] = moment.date.timeIntervalSince1970
            state.ticks[event.rawValue] = moment.tick
            state.begunAt = state.begunAt ?? moment.tick
        }
    }

    /// Seconds from this driver's first event to each of some, on the monotone clock.
    ///
    /// What wasn't marked here before is marked by the write that is about to be made.
    func elapsed(to events: some Sequence<String>, now: Duration) -> [String: Double] {
        state.withLock { state in
            let origin = state.begunAt ?? now
            state.begunAt = origin
            return Dictionary(
                events.map { ($0, ((state.ticks[$0] ?? now) - origin) / .seconds(1)) },
                uniquingKeysWith: { one, _ in one }
            )
        }
    }

    func clear(_ written: [String: Double]) {
        state.withLock { state in
            for (name, time) in written where state.events[name] == time { state.events[name] = nil }
        }
    }

    /// Whether this driver made anything in the cluster, which it may have done too late.
    var hasCreated: Bool { state.withLock(\.hasCreated) }

    func noteCreation() {
        state.withLock { $0.hasCreated = true }
    }

    /// Zones that had no room for the disk.
    var exhaustedZones: Set<String> { state.withLock(\.exhaustedZones) }

    func exhaust(_ zone: String) {
        _ = state.withLock { $0.exhaustedZones.insert(zone) }
    }

    /// When this driver began to end the reservation, on the monotone clock.
    func endingSince(_ now: Duration) -> Duration {
        state.withLock { state in
            let since = state.endingSince ?? now
            state.endingSince = since
            return since
        }
    }
}
