package import Foundation

/// Time, injected: nothing in the domain reads the system's own.
package protocol Timepiece: Sendable {
    /// Monotone, and it counts while the machine is suspended: for waits, leases and budgets.
    func monotonic() -> Duration

    /// For what is stored.
    func now() -> Date

    /// The time of the services, by their answers; nil until two of them agree to a minute.
    func serviceNow() -> Date?

    func sleep(for duration: Duration) async throws
}

/// When something was seen: for people, and for telling how old it is.
package struct Moment: Sendable, Equatable {
    package let date: Date
    package let tick: Duration

    package init(date: Date, tick: Duration) {
        self.date = date
        self.tick = tick
    }
}

extension Timepiece {
    package func moment() -> Moment { Moment(date: now(), tick: monotonic()) }
}

/// Randomness, injected.
package protocol Chance: Sendable {
    func bytes(_ count: Int) -> [UInt8]

    /// From 0 up to, but not including, 1.
    func fraction() -> Double
}

extension Chance {
    package func hex(bytes count: Int) -> String {
        bytes(count).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

package struct SinkError: Error, Sendable, CustomStringConvertible {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }

    package var description: String { reason }
}

/// The topics that workers and janitors write to.
///
/// Each returns once the broker acknowledged.
package protocol EventSink: Sendable {
    func publish(_ event: ReservationEvent) async throws(SinkError)

    func publish(_ report: OrphanReport) async throws(SinkError)

    func publish(_ refusal: Refusal) async throws(SinkError)

    /// A nudge: something may be free now.
    func hintCapacity(of type: GPUType) async throws(SinkError)

    /// A nudge: this worker was written dead, and its rows wait for somebody.
    func hintDeath(of worker: WorkerID) async throws(SinkError)
}

/// Named places at which a debug build can be told to stop, so that tests can kill a process there.
package protocol Checkpoints: Sendable {
    func reached(_ point: Checkpoint) async
}

package enum Checkpoint: String, Sendable, CaseIterable {
    case admitted
    case intentWritten = "intent-written"
    case volumeCreated = "volume-created"
    case volumeIDWritten = "volume-id-written"
    case anchorMade = "anchor-made"
    case anchorWritten = "anchor-written"
    case keysMade = "keys-made"
    case diskReady = "disk-ready"
    case podIntentWritten = "pod-intent-written"
    case podPosted = "pod-posted"
    case podReady = "pod-ready"
    case sshAnswered = "ssh-answered"
    case active
    case endingWritten = "ending-written"
    case anchorDeleted = "anchor-deleted"
    case endWritten = "end-written"
    // The janitor's.
    case verdictStored = "verdict-stored"
    case quarantined
    case saveIDWritten = "save-id-written"
    case snapshotStarted = "snapshot-started"
    case headMoved = "head-moved"
    case quarantineOver = "quarantine-over"
    case budgetCharged = "budget-charged"
    case volumeDeleted = "volume-deleted"
    case deletionRecorded = "deletion-recorded"
    case purgingWritten = "purging-written"
    case snapshotDeleted = "snapshot-deleted"
}

/// Where the domain tells what it does; the adapter writes the log.
package protocol Journal: Sendable {
    func note(_ message: String, _ details: [String: String])
    func warn(_ message: String, _ details: [String: String])

    /// Somebody has to come and look.
    func alert(_ message: String, _ details: [String: String])
}
