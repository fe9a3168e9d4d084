import Foundation
import Reservations
import TestSupport
import Testing

/// One row of the table: what was seen, and what it must come to.
struct Judgement: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let matter: VolumeCase
    let verdict: Verdict

    init(_ name: String, _ verdict: Verdict, _ change: (inout Evidence) -> Void) {
        testDescription = name
        self.verdict = verdict
        var evidence = Evidence()
        change(&evidence)
        matter = evidence.matter
    }
}

/// By default: an hour-old, available, reported volume of a failed reservation that no pod intent named.
struct Evidence {
    static let volume = VolumeID(unchecked: "vol-00000000000000001")
    static let other = VolumeID(unchecked: "vol-00000000000000002")
    static let key = DiskKey(userID: Message.ada, name: .unnamed)

    var state: VolumeSighting.State? = .available
    var isAttached = false
    var age: TimeInterval = 3600
    var tags = [
        VolumeTag.fleet: World.fleet.rawValue, VolumeTag.reservation: Message.id(1).rawValue,
        VolumeTag.generation: "1",
    ]
    var status: Status? = .failed
    var generation = 1
    var knownVolume: VolumeID? = Evidence.volume
    var givenUp: String?
    var podStorage: PodStorage?
    var holder: DiskHolder?
    var objects: [ClusterObject] = []
    var isReported = true
    var wasSeenAttached = false
    var snapshots: [SnapshotSighting] = []
    var savedAs: SnapshotID?
    var saveID: String?
    var absentFor: TimeInterval?
    var wasDeleteSent = false
    var isTimeKnown = true
    var keepFor: TimeInterval?
    var becameHead = false
    var receiptNames = true
    /// How many seconds ago each was seen.
    var volumeAge = 3.0
    var snapshotsAge = 3.0
    var rowAge = 2.0
    var diskAge = 2.0
    var objectsAge = 1.0

    mutating func name(_ volume: VolumeID = Evidence.volume) {
        podStorage = .volume(volume, generation: generation)
    }

    mutating func hold(generation: Int = 1, by number: Int = 1) {
        holder = DiskHolder(reservation: Message.id(number), generation: generation, headVersion: 0)
    }

    mutating func snapshot(_ state: SnapshotSighting.State, saveID: String? = nil) -> SnapshotID {
        let id = SnapshotID(unchecked: "snap-0000000000000000\(snapshots.count)")
        let tags = saveID.map { [VolumeTag.saveID: $0] } ?? [:]
        snapshots.append(
            SnapshotSighting(
                id: id,
                volume: Self.volume,
                state: state,
                progress: "",
                startedAt: nil,
                tags: tags
            )
        )
        return id
    }

    var matter: VolumeCase {
        let now = TestTime.start
        var cleanup = Cleanup(volume: Self.volume, report: nil, dueAt: now, createdAt: now)
        if isReported {
            cleanup.report = OrphanReport(
                volume: Self.volume,
                reservation: Message.id(1),
                generation: 1,
                phase: "",
                cause: ""
            )
        }
        cleanup.wasSeenAttached = wasSeenAttached
        cleanup.snapshot = savedAs
        cleanup.saveID = saveID
        cleanup.absentSince = absentFor.map { now - $0 }
        cleanup.keepUntil = keepFor.map { now + $0 }
        cleanup.becameHead = becameHead
        if wasDeleteSent { cleanup.stage = .deleting }
        var disk: Disk?
        if let holder {
            disk = Disk(key: Self.key, head: nil, sizeGiB: 1, createdAt: now)
            disk?.holder = holder
        }
        let clock = Moment(date: now, tick: .seconds(1000))
        func seen(_ seconds: Double) -> Moment {
            Moment(date: now - seconds, tick: clock.tick - .seconds(seconds))
        }
        return VolumeCase(
            id: Self.volume,
            volume: Observed(state.map { sighting($0, now) }, at: seen(volumeAge)),
            snapshots: Observed(snapshots, at: seen(snapshotsAge)),
            reservation: Observed(row(now), at: seen(rowAge)),
            disk: Observed(disk, at: seen(diskAge)),
            objects: Observed(objects, at: seen(objectsAge)),
            cleanup: cleanup,
            fleet: World.fleet,
            now: clock,
            serviceNow: isTimeKnown ? now : nil
        )
    }

    private func sighting(_ state: VolumeSighting.State, _ now: Date) -> VolumeSighting {
        VolumeSighting(
            id: Self.volume,
            state: state,
            zone: "zone-a",
            createdAt: now - age,
            snapshot: nil,
            isAttached: isAttached,
            tags: tags,
            seenAt: now
        )
    }

    private func row(_ now: Date) -> Reservation? {
        guard let status else { return nil }
        var row = Reservation(id: Message.id(1), request: Message.request(1), status: status, createdAt: now)
        row.diskGeneration = generation
        row.volumeID = knownVolume
        var disk = Disk(key: Self.key, head: nil, sizeGiB: 1, createdAt: now)
        disk.holder = holder
        var intent = DiskIntent(
            for: row,
            disk: disk,
            zone: "zone-a",
            fleet: World.fleet,
            defaults: DiskDefaults(),
            at: now
        )
        intent.givenUp = givenUp
        row.diskIntent = intent
        if row.status.isTerminal || row.status.isEnding {
            row.receipt = Receipt(startedAt: now, cause: "")
            if receiptNames { row.receipt?.volumes = [Self.volume] }
        }
        if let podStorage {
            row.podIntent = PodIntent(
                generation: generation,
                storage: podStorage,
                hostKey: "",
                keyCount: 1,
                sharedStorage: nil,
                node: "node-1",
                zone: "zone-a",
                writtenAt: now
            )
        }
        return row
    }
}
