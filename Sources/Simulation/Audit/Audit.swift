import Foundation
package import Reservations
import Synchronization

/// Watches a fleet's every effect, and says what must never be.
///
/// It goes by what the services hold, never by what the domain's code believes, and keeps a table of states and
/// a memory of its own.
package final class Audit: Sendable {
    struct State {
        var violations: [String] = []
        /// How many of the ledger's writes were looked at.
        var seenWrites = 0
        var rows: [ReservationID: Reservation] = [:]
        var disks: [DiskKey: Disk] = [:]
        /// Which row was admitted when, by the order of the table.
        var admitted: [ReservationID: Int] = [:]
        var queuedSince: [ReservationID: Duration] = [:]
        var terminalSince: [ReservationID: Duration] = [:]
        var intents: [String: DiskIntent] = [:]
        var volumesOfToken: [String: Set<VolumeID>] = [:]
        /// Ids that a process knows from an answer.
        var answered: [VolumeID: Machine] = [:]
        /// Ids that stood in a row, a receipt or a report.
        var recorded: Set<VolumeID> = []
        /// What pods wrote to a disk, in order, less what was lost with a volume.
        var work: [DiskKey: [String]] = [:]
        var allWork: Set<String> = []
        var lost: Set<VolumeID> = []
        var mounted: [DiskKey: FakePodHost.Pod] = [:]
        var troubled: [String: Duration] = [:]
        var killed: Set<String> = []
    }

    let ledger: InMemoryLedger
    let volumes: InMemoryVolumes
    let pods: FakePodHost
    let events: RecordingEvents
    let time: TestTime
    let chronicle: Chronicle
    let fleet: FleetID
    let state = Mutex(State())

    package init(
        ledger: InMemoryLedger,
        volumes: InMemoryVolumes,
        pods: FakePodHost,
        events: RecordingEvents,
        chronicle: Chronicle,
        fleet: FleetID
    ) {
        self.ledger = ledger
        self.volumes = volumes
        self.pods = pods
        self.events = events
        self.chronicle = chronicle
        self.fleet = fleet
        time = volumes.time
        pods.onMount { [weak self] pod, volume in self?.mounting(volume, on: pod) }
    }

    /// What was found, in the order in which it happened.
    package var violations: [String] { state.withLock(\.violations) }

    func violated(_ what: String) {
        state.withLock { Self.note(what, &$0) }
        chronicle.add("VIOLATION: \(what)")
    }

    static func note(_ what: String, _ state: inout State) {
        if state.violations.count < 20 { state.violations.append(what) }
    }

    /// A process was ended by force: it owes nothing any more.
    package func killed(_ machine: Machine) {
        _ = state.withLock { $0.killed.insert(machine.name) }
    }

    /// A process is paused or cut off: until a while after that others may hold it for dead.
    package func troubled(_ machine: String, until end: Duration) {
        state.withLock { $0.troubled[machine] = max(end, $0.troubled[machine] ?? .zero) }
    }

    /// Rule 3 of the design: only who is dead, asleep or cut off is ever declared dead by others.
    func declaredDead(_ id: WorkerID, by machine: Machine) {
        guard id.rawValue != machine.name else { return }
        let now = time.monotonic()
        let isFair = state.withLock { state in
            state.killed.contains(id.rawValue) || (state.troubled[id.rawValue] ?? .zero) > now
        }
        if !isFair { violated("\(id) was declared dead by \(machine.name), and lives") }
    }
}
