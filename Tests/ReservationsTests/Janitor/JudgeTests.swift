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
        if wasDeleteSent { cleanup.verdict = Cleanup.deleteSent }
        var disk: Disk?
        if let holder {
            disk = Disk(key: Self.key, head: nil, sizeGiB: 1, createdAt: now)
            disk?.holder = holder
        }
        return VolumeCase(
            id: Self.volume,
            volume: state.map { sighting($0, now) },
            snapshots: snapshots,
            reservation: row(now),
            disk: disk,
            objects: objects,
            cleanup: cleanup,
            fleet: World.fleet,
            now: isTimeKnown ? now : nil
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

@Suite("What is to become of a volume") struct JudgeTests {
    private static let policy = JanitorPolicy()
    private static let wait = policy.lookAgain

    static let foreign: [Judgement] = [
        Judgement("another fleet's", .keep(.anotherFleet)) { $0.tags[VolumeTag.fleet] = "fleet-2" },
        Judgement("without a fleet's tag", .keep(.anotherFleet)) { $0.tags[VolumeTag.fleet] = nil },
        Judgement("without a reservation's tag", .keep(.untagged)) { $0.tags[VolumeTag.reservation] = nil },
        Judgement("with a hostile reservation's tag", .keep(.untagged)) {
            $0.tags[VolumeTag.reservation] = "*"
        },
    ]

    static let busy: [Judgement] = [
        Judgement("attached", .lookAgain(after: wait, .attached)) { $0.isAttached = true },
        Judgement("in-use without an attachment", .lookAgain(after: wait, .attached)) { $0.state = .inUse },
        Judgement("creating", .lookAgain(after: wait, .creating)) { $0.state = .creating },
        Judgement("being deleted", .lookAgain(after: wait, .deleting)) { $0.state = .deleting },
        Judgement("of a state unknown", .lookAgain(after: wait, .unknownState)) {
            $0.state = .unknown("new")
        },
        Judgement("its reservation is ending", .lookAgain(after: wait, .ending)) { $0.status = .cancelling },
        Judgement("pods are left", .lookAgain(after: wait, .objectsLeft)) {
            $0.objects = [ClusterObject(kind: "Pod", name: "p", uid: "u", isTerminating: true)]
        },
        Judgement("a foreign snapshot is pending", .lookAgain(after: wait, .snapshotPending)) {
            _ = $0.snapshot(.pending)
        },
        Judgement(
            "a foreign snapshot is pending beside the saved one",
            .lookAgain(after: wait, .snapshotPending)
        ) {
            $0.name()
            $0.saveID = "s"
            $0.savedAs = $0.snapshot(.completed, saveID: "s")
            _ = $0.snapshot(.pending)
        },
    ]

    static let living: [Judgement] = [
        Judgement("named by a living pod intent", .keep(.alive)) {
            $0.status = .active
            $0.name()
        },
        Judgement("attached, and named by a living pod intent", .keep(.alive)) {
            $0.status = .active
            $0.name()
            $0.isAttached = true
        },
        Judgement("known to a preparing row", .keep(.alive)) { $0.status = .preparing },
        Judgement("creating, and known to a preparing row", .keep(.alive)) {
            $0.status = .preparing
            $0.state = .creating
        },
        Judgement("of the current generation, id unknown yet", .keep(.alive)) {
            $0.status = .preparing
            $0.knownVolume = nil
        },
        Judgement("of an older generation, never named", .delete(.otherGeneration)) {
            $0.status = .preparing
            $0.generation = 2
            $0.knownVolume = Evidence.other
        },
        Judgement("of an older generation, id of the newer unknown", .delete(.otherGeneration)) {
            $0.status = .preparing
            $0.generation = 2
            $0.knownVolume = nil
        },
        Judgement("another than the pod intent names", .delete(.otherGeneration)) {
            $0.status = .active
            $0.name(Evidence.other)
        },
        Judgement("the pod has an emptyDir", .delete(.otherGeneration)) {
            $0.status = .active
            $0.podStorage = .emptyDir(because: "")
        },
        Judgement("given up before the pod intent", .delete(.otherGeneration)) {
            $0.status = .preparing
            $0.knownVolume = nil
            $0.givenUp = "no"
        },
        Judgement("of a living row, not named, but once attached", .saveAsSpare(.lockMoved)) {
            $0.status = .active
            $0.name(Evidence.other)
            $0.wasSeenAttached = true
        },
        Judgement(
            "of a living row's other generation, young and not reported",
            .lookAgain(after: policy.grace, .young)
        ) {
            $0.status = .preparing
            $0.generation = 2
            $0.isReported = false
            $0.knownVolume = Evidence.other
            $0.age = 10
        },
    ]

    static let ended: [Judgement] = [
        Judgement("never named", .delete(.neverNamed)) { _ in },
        Judgement(
            "named, holds the lock",
            .saveToHead(DiskHolder(reservation: Message.id(1), generation: 1, headVersion: 0))
        ) {
            $0.name()
            $0.hold()
        },
        Judgement("named, the lock is free", .saveAsSpare(.lockMoved)) { $0.name() },
        Judgement("named, the lock is another's", .saveAsSpare(.lockMoved)) {
            $0.name()
            $0.hold(by: 2)
        },
        Judgement("named, the lock is another generation's", .saveAsSpare(.lockMoved)) {
            $0.name()
            $0.hold(generation: 2)
        },
        Judgement("once attached, not named", .saveAsSpare(.lockMoved)) { $0.wasSeenAttached = true },
        Judgement("saved", .delete(.saved)) {
            $0.name()
            $0.savedAs = $0.snapshot(.completed)
        },
        Judgement("the snapshot that saved it isn't in the listing", .saveAsSpare(.lockMoved)) {
            $0.name()
            $0.savedAs = SnapshotID(unchecked: "snap-00000000000000009")
        },
        Judgement("named and in error", .lookAgain(after: wait, .inError)) {
            $0.name()
            $0.hold()
            $0.state = .error
        },
        Judgement("in error, never named", .delete(.neverNamed)) { $0.state = .error },
        Judgement("young, reported", .delete(.neverNamed)) { $0.age = 10 },
        Judgement("young, not reported", .lookAgain(after: policy.grace, .young)) {
            $0.age = 10
            $0.isReported = false
        },
        Judgement("old, not reported", .delete(.neverNamed)) { $0.isReported = false },
        Judgement("not reported, and no time", .lookAgain(after: wait, .timeUnknown)) {
            $0.isReported = false
            $0.isTimeKnown = false
        },
    ]

    static let absent: [Judgement] = [
        Judgement("absent for the first time", .lookAgain(after: wait, .absentForNow)) { $0.state = nil },
        Judgement("absent for a minute", .lookAgain(after: wait, .absentForNow)) {
            $0.state = nil
            $0.absentFor = 60
        },
        Judgement("absent for a quarter of an hour", .gone(.absent)) {
            $0.state = nil
            $0.absentFor = 900
        },
        Judgement("absent after our delete", .gone(.absent)) {
            $0.state = nil
            $0.absentFor = 5
            $0.wasDeleteSent = true
        },
        Judgement("absent, and no time", .lookAgain(after: wait, .absentForNow)) {
            $0.state = nil
            $0.absentFor = 900
            $0.isTimeKnown = false
        },
        Judgement("shown as deleted", .gone(.absent)) { $0.state = .deleted },
        Judgement("without a row", .keep(.rowGone)) { $0.status = nil },
        Judgement("without a row, and no time", .lookAgain(after: wait, .timeUnknown)) {
            $0.status = nil
            $0.isTimeKnown = false
        },
        Judgement("without a row, older than rows are kept", .saveAsSpare(.lockMoved)) {
            $0.status = nil
            $0.age = 31 * 24 * 3600
        },
        Judgement("without a row, older than rows are kept, saved", .delete(.saved)) {
            $0.status = nil
            $0.age = 31 * 24 * 3600
            $0.savedAs = $0.snapshot(.completed)
        },
    ]

    @Test(arguments: foreign + busy + living + ended + absent)
    func `each case has its verdict`(_ judgement: Judgement) {
        #expect(judge(judgement.matter, Self.policy) == judgement.verdict)
    }
}
