package import Foundation
import Synchronization

/// Trace events of a reservation that ride on its next write.
package final class TraceMarks: Sendable {
    private let events = Mutex<[String: Double]>([:])

    package init() {}

    package var all: [String: Double] { events.withLock { $0 } }

    /// The first time of an event counts within one attempt; a later attempt writes its own.
    package func set(_ event: TraceEvent, _ time: Date) {
        events.withLock { $0[event.rawValue] = time.timeIntervalSince1970 }
    }

    package func clear(_ written: [String: Double]) {
        events.withLock { events in
            for (name, time) in written where events[name] == time { events[name] = nil }
        }
    }
}
