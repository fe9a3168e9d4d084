package import Foundation
package import Reservations
import Synchronization

/// Volumes and snapshots as EC2 keeps them: `creating` for a while, idempotent by token, seen with a lag.
package final class InMemoryVolumes: Sendable {
    package struct Volume: Sendable {
        package let id: VolumeID
        package var tags: [String: String]
        package let token: String?
        package let zone: String
        package let createdAt: Date
        package let snapshot: SnapshotID?
        package var attachedTo: String?
        /// What was written to it, by whom.
        package var content: [String]
        var availableAt: Duration
        var visibleAt: Duration
        var fixedState: VolumeSighting.State?
        package var isGone = false
    }

    package struct Snapshot: Sendable {
        package let id: SnapshotID
        package let volume: VolumeID?
        package var tags: [String: String]
        package let content: [String]
        let startedAt: Date
        var completeAt: Duration
        var isFailed = false
        var visibleAt: Duration = .zero
        package var isGone = false
    }

    /// What the next CreateVolume does.
    package enum CreateTrouble: Sendable {
        case fail(VolumeError)
        /// The volume is made, the call fails.
        case failAfterEffect(VolumeError)
        /// The volume is made and goes to `error`.
        case goToError
        /// The id is answered, and nothing is ever found under it.
        case ghost
        /// The call arrives, and its answer takes this long.
        case slow(Duration)
    }

    /// Calls that can be told to fail.
    package enum Call: Sendable, Hashable { case describe, list, snapshots, snapshot, delete, tag, restore }

    struct State {
        var volumes: [VolumeID: Volume] = [:]
        var snapshots: [SnapshotID: Snapshot] = [:]
        var intents: [String: (intent: DiskIntent, volume: VolumeID)] = [:]
        var burnt: Set<String> = []
        var createTroubles: [CreateTrouble] = []
        var faults: [(call: Call, error: VolumeError, times: Int, after: Int)] = []
        var calls: [String: Int] = [:]
        var lastNumber = 0
        var pageSize = 500
        /// What the listing of the fleet leaves out, as one that is cut short does.
        var unlisted: Set<VolumeID> = []
        var beforeCreate: (@Sendable () async -> Void)?
    }

    package let time: TestTime
    let chronicle: Chronicle
    let state = Mutex(State())
    private let timing = Mutex(Timing())

    /// How long things take.
    package struct Timing: Sendable {
        package var creating: Duration = .seconds(5)
        package var listingLag: Duration = .zero
        package var snapshotting: Duration = .seconds(20)
        /// How long a listing doesn't show a new snapshot.
        package var snapshotLag: Duration = .zero
    }

    package init(time: TestTime, chronicle: Chronicle = Chronicle()) {
        self.time = time
        self.chronicle = chronicle
    }

    package func setTiming(_ change: (inout Timing) -> Void) { timing.withLock { change(&$0) } }

    var currentTiming: Timing { timing.withLock { $0 } }

    // MARK: For tests

    package var all: [Volume] { state.withLock { $0.volumes.values.sorted { $0.id < $1.id } } }

    /// Volumes that weren't deleted.
    package var living: [Volume] { all.filter { !$0.isGone } }

    package var allSnapshots: [Snapshot] { state.withLock { $0.snapshots.values.sorted { $0.id < $1.id } } }

    /// Snapshots that weren't deleted.
    package var livingSnapshots: [SnapshotID] { allSnapshots.filter { !$0.isGone }.map(\.id) }

    package func peek(_ id: VolumeID) -> Volume? { state.withLock { $0.volumes[id] } }

    package func calls(of name: String) -> Int { state.withLock { $0.calls[name] ?? 0 } }

    package func trouble(_ trouble: CreateTrouble) { state.withLock { $0.createTroubles.append(trouble) } }

    /// Some calls of a kind fail, after some that don't.
    package func fail(_ call: Call, _ error: VolumeError, times: Int = 1, after: Int = 0) {
        state.withLock { $0.faults.append((call, error, times, after)) }
    }

    /// Does something as the next CreateVolume is about to be sent.
    package func beforeCreate(_ deed: @escaping @Sendable () async -> Void) {
        state.withLock { $0.beforeCreate = deed }
    }

    /// From now on the token answers mismatch.
    package func burn(_ token: String) { _ = state.withLock { $0.burnt.insert(token) } }

    /// EC2 forgets tokens after about 12 hours.
    package func forgetTokens() { state.withLock { $0.intents = [:] } }

    /// Looks don't find it for a while.
    package func hide(_ id: VolumeID, for duration: Duration) {
        let until = time.monotonic() + duration
        state.withLock { $0.volumes[id]?.visibleAt = until }
    }

    package func setState(_ id: VolumeID, _ fixed: VolumeSighting.State?) {
        state.withLock { $0.volumes[id]?.fixedState = fixed }
    }

    /// Somebody deletes it in the console.
    package func vanish(_ id: VolumeID) { state.withLock { $0.volumes[id]?.isGone = true } }

    package func setPageSize(_ size: Int) { state.withLock { $0.pageSize = size } }

    package func unlist(_ id: VolumeID) { _ = state.withLock { $0.unlisted.insert(id) } }

    package func failSnapshot(_ id: SnapshotID) { state.withLock { $0.snapshots[id]?.isFailed = true } }

    package func retag(_ id: SnapshotID, _ key: String, _ value: String?) {
        state.withLock { $0.snapshots[id]?.tags[key] = value }
    }

    package func retag(_ id: VolumeID, _ key: String, _ value: String?) {
        state.withLock { $0.volumes[id]?.tags[key] = value }
    }

    package func attach(_ id: VolumeID, to pod: String) {
        state.withLock { $0.volumes[id]?.attachedTo = pod }
    }

    package func detach(_ id: VolumeID) { state.withLock { $0.volumes[id]?.attachedTo = nil } }

    /// A process on a pod writes.
    package func write(_ text: String, to id: VolumeID) {
        state.withLock { $0.volumes[id]?.content.append(text) }
    }

    @discardableResult
    package func plantVolume(tags: [String: String], age: Duration = .seconds(3600)) -> VolumeID {
        let created = time.now() - (age / .seconds(1))
        return state.withLock { state in
            let id = state.nextVolumeID()
            state.volumes[id] = Volume(
                id: id,
                tags: tags,
                token: nil,
                zone: "zone-a",
                createdAt: created,
                snapshot: nil,
                content: [],
                availableAt: .zero,
                visibleAt: .zero
            )
            return id
        }
    }

    @discardableResult
    package func plantSnapshot(tags: [String: String], content: [String]) -> SnapshotID {
        let startedAt = time.now()
        return state.withLock { state in
            let id = state.nextSnapshotID()
            state.snapshots[id] = Snapshot(
                id: id,
                volume: nil,
                tags: tags,
                content: content,
                startedAt: startedAt,
                completeAt: .zero
            )
            return id
        }
    }

    func begin(_ call: Call, _ name: String) async throws(VolumeError) {
        await Life.pass()
        let error = state.withLock { state -> VolumeError? in
            state.calls[name, default: 0] += 1
            guard let index = state.faults.firstIndex(where: { $0.call == call }) else { return nil }
            guard state.faults[index].after == 0 else {
                state.faults[index].after -= 1
                return nil
            }
            state.faults[index].times -= 1
            defer { if state.faults[index].times <= 0 { state.faults.remove(at: index) } }
            return state.faults[index].error
        }
        if let error { throw error }
    }
}

extension InMemoryVolumes.State {
    mutating func nextVolumeID() -> VolumeID {
        lastNumber += 1
        return VolumeID(unchecked: "vol-\(Self.digits(lastNumber))")
    }

    mutating func nextSnapshotID() -> SnapshotID {
        lastNumber += 1
        return SnapshotID(unchecked: "snap-\(Self.digits(lastNumber))")
    }

    private static func digits(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 17 - digits.count)) + digits
    }
}
