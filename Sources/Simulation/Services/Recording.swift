package import Reservations
import Synchronization

/// The topics, kept in memory.
package final class RecordingEvents: EventSink {
    private struct State {
        var events: [ReservationEvent] = []
        var orphans: [OrphanReport] = []
        var refusals: [Refusal] = []
        var hints: [GPUType] = []
        var deaths: [WorkerID] = []
        var isDown = false
    }

    private let chronicle: Chronicle
    private let state = Mutex(State())

    package init(chronicle: Chronicle = Chronicle()) { self.chronicle = chronicle }

    package var events: [ReservationEvent] { state.withLock(\.events) }
    package var orphans: [OrphanReport] { state.withLock(\.orphans) }
    package var refusals: [Refusal] { state.withLock(\.refusals) }
    package var hints: [GPUType] { state.withLock(\.hints) }
    package var deaths: [WorkerID] { state.withLock(\.deaths) }

    package func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    private func accept(_ change: @Sendable (inout State) -> Void) async throws(SinkError) {
        await Life.pass()
        try state.withLock { state throws(SinkError) in
            if state.isDown { throw SinkError("no broker answers") }
            change(&state)
        }
        await Life.pass()
    }

    package func publish(_ event: ReservationEvent) async throws(SinkError) {
        try await accept { $0.events.append(event) }
    }

    package func publish(_ report: OrphanReport) async throws(SinkError) {
        try await accept { $0.orphans.append(report) }
        chronicle.add("events: orphan \(report.volume)")
    }

    package func publish(_ refusal: Refusal) async throws(SinkError) {
        try await accept { $0.refusals.append(refusal) }
    }

    package func hintCapacity(of type: GPUType) async throws(SinkError) {
        try await accept { $0.hints.append(type) }
    }

    package func hintDeath(of worker: WorkerID) async throws(SinkError) {
        try await accept { $0.deaths.append(worker) }
    }
}

/// Stops where a test says so.
package final class TestCheckpoints: Checkpoints {
    private struct State {
        var reached: [Checkpoint] = []
        var deeds: [Checkpoint: @Sendable () async -> Void] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    package var reached: [Checkpoint] { state.withLock(\.reached) }

    /// Does something the first time that anybody comes by.
    package func at(_ point: Checkpoint, _ deed: @escaping @Sendable () async -> Void) {
        state.withLock { $0.deeds[point] = deed }
    }

    package func reached(_ point: Checkpoint) async {
        let deed = state.withLock { state in
            state.reached.append(point)
            return state.deeds.removeValue(forKey: point)
        }
        await deed?()
        await Life.pass()
    }
}

package struct NoCheckpoints: Checkpoints {
    package init() {}

    package func reached(_ point: Checkpoint) async {}
}

/// Keeps what was said, and prints nothing.
package final class QuietJournal: Journal {
    private let chronicle: Chronicle
    private let said = Mutex<[String]>([])

    package init(chronicle: Chronicle = Chronicle()) { self.chronicle = chronicle }

    package var warnings: [String] { said.withLock { $0 } }

    package var alerts: [String] { warnings.filter { $0.hasPrefix("ALERT ") } }

    package func note(_ message: String, _ details: [String: String]) {
        chronicle.add("note: \(message) \(Self.text(details))")
    }

    package func warn(_ message: String, _ details: [String: String]) {
        chronicle.add("warning: \(message) \(Self.text(details))")
        said.withLock { $0.append("\(message) \(Self.text(details))") }
    }

    package func alert(_ message: String, _ details: [String: String]) {
        warn("ALERT " + message, details)
    }

    private static func text(_ details: [String: String]) -> String {
        details.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}
