import Foundation
import Reservations
import TestSupport
import Testing

@Suite("What is to become of a volume") struct JudgeTests {
    private static let policy = JanitorPolicy()
    private static let wait = policy.lookAgain
    private static let month: TimeInterval = 30 * 24 * 3600

    private static func again(_ reason: Reason) -> Verdict { .lookAgain(after: wait, [reason]) }

    static let eyesight: [Judgement] = [
        Judgement("the volume seen a minute ago", .delete([.ended, .neverNamed])) { $0.volumeAge = 60 },
        Judgement("the volume seen longer ago", .lookAgain(after: .zero, [.tooOld])) { $0.volumeAge = 60.1 },
        Judgement("the snapshots seen longer ago", .lookAgain(after: .zero, [.tooOld])) {
            $0.snapshotsAge = 61
        },
        Judgement("the row read longer ago", .lookAgain(after: .zero, [.tooOld])) {
            $0.volumeAge = 62
            $0.rowAge = 61
        },
        Judgement("the disk read longer ago", .lookAgain(after: .zero, [.tooOld])) {
            $0.volumeAge = 62
            $0.diskAge = 61
        },
        Judgement("the cluster seen longer ago", .lookAgain(after: .zero, [.tooOld])) { $0.objectsAge = 61 },
        Judgement("the row read before the volume", .lookAgain(after: .zero, [.wrongOrder])) {
            $0.rowAge = 4
        },
        Judgement("the disk read before the volume", .lookAgain(after: .zero, [.wrongOrder])) {
            $0.diskAge = 4
        },
        Judgement("the row read before the snapshots", .lookAgain(after: .zero, [.wrongOrder])) {
            $0.snapshotsAge = 1
        },
        Judgement("row and volume seen at once", .delete([.ended, .neverNamed])) { $0.rowAge = 3 },
        Judgement("the row read before an absent volume", .lookAgain(after: .zero, [.wrongOrder])) {
            $0.state = nil
            $0.absentFor = 900
            $0.rowAge = 4
        },
    ]

    static let foreign: [Judgement] = [
        Judgement("another fleet's", .keep([.anotherFleet])) { $0.tags[VolumeTag.fleet] = "fleet-2" },
        Judgement("without a fleet's tag", .keep([.anotherFleet])) { $0.tags[VolumeTag.fleet] = nil },
        Judgement("without a reservation's tag", .keep([.untagged])) {
            $0.tags[VolumeTag.reservation] = nil
        },
        Judgement("with a hostile reservation's tag", .keep([.untagged])) {
            $0.tags[VolumeTag.reservation] = "*"
        },
    ]

    static let busy: [Judgement] = [
        Judgement("attached", again(.attached)) { $0.isAttached = true },
        Judgement("in-use without an attachment", again(.attached)) { $0.state = .inUse },
        Judgement("creating", again(.creating)) { $0.state = .creating },
        Judgement("being deleted", again(.deleting)) { $0.state = .deleting },
        Judgement("of a state unknown", again(.unknownState)) { $0.state = .unknown("new") },
        Judgement("its reservation is cancelling", again(.ending)) { $0.status = .cancelling },
        Judgement("its reservation is expiring, and names it", again(.ending)) {
            $0.status = .expiring
            $0.name()
        },
        Judgement("its reservation is failing", again(.ending)) { $0.status = .failing },
        Judgement("pods are left", again(.objectsLeft)) {
            $0.objects = [ClusterObject(kind: "Pod", name: "p", uid: "u", isTerminating: true)]
        },
        Judgement("a foreign snapshot is pending", again(.snapshotPending)) { _ = $0.snapshot(.pending) },
        Judgement("a foreign snapshot of a living row's other volume is pending", again(.snapshotPending)) {
            $0.status = .active
            $0.name(Evidence.other)
            _ = $0.snapshot(.pending)
        },
        Judgement("a foreign snapshot beside the saved one is pending", again(.snapshotPending)) {
            $0.name()
            $0.saveID = "s"
            $0.savedAs = $0.snapshot(.completed, saveID: "s")
            _ = $0.snapshot(.pending)
        },
        Judgement("a second snapshot of our own is pending once saved", again(.snapshotPending)) {
            $0.name()
            $0.saveID = "s"
            $0.savedAs = $0.snapshot(.completed, saveID: "s")
            _ = $0.snapshot(.pending, saveID: "s")
        },
        Judgement("its own snapshot is pending", .save(.spare, [.ended, .lockMoved])) {
            $0.name()
            $0.saveID = "s"
            _ = $0.snapshot(.pending, saveID: "s")
        },
        Judgement("a completed foreign snapshot", .delete([.ended, .neverNamed])) {
            _ = $0.snapshot(.completed)
        },
    ]

    static let wishes: [Judgement] = [
        Judgement("kept by a person", .lookAgain(after: .seconds(100), [.keptByPerson])) {
            $0.keepFor = 100
        },
        Judgement("kept until now", .delete([.ended, .neverNamed])) { $0.keepFor = 0 },
        Judgement("kept, and no time", again(.timeUnknown)) {
            $0.keepFor = 100
            $0.isTimeKnown = false
        },
        Judgement("kept by its tag", .lookAgain(after: .seconds(100), [.keptByPerson])) {
            $0.tags[VolumeTag.keepUntil] = String(TestTime.start.timeIntervalSince1970 + 100)
        },
        Judgement("kept longer by its row than by its tag", .lookAgain(after: .seconds(200), [.keptByPerson]))
        {
            $0.keepFor = 200
            $0.tags[VolumeTag.keepUntil] = String(TestTime.start.timeIntervalSince1970 + 100)
        },
        Judgement("restored for a person, the time over", .save(.spare, [.ended, .lockMoved])) {
            $0.tags[VolumeTag.restoredFrom] = "snap-00000000000000001"
            $0.keepFor = -1
        },
        Judgement("kept by a person, and needed", .keep([.alive])) {
            $0.keepFor = 100
            $0.status = .preparing
        },
    ]

    static let living: [Judgement] = [
        Judgement("named by a living pod intent", .keep([.alive])) {
            $0.status = .active
            $0.name()
        },
        Judgement("attached, and named by a living pod intent", .keep([.alive])) {
            $0.status = .active
            $0.name()
            $0.isAttached = true
        },
        Judgement("shown as deleted, and named", .gone([.absent])) {
            $0.status = .active
            $0.name()
            $0.state = .deleted
        },
        Judgement("known to a preparing row", .keep([.alive])) { $0.status = .preparing },
        Judgement("creating, and known to a preparing row", .keep([.alive])) {
            $0.status = .preparing
            $0.state = .creating
        },
        Judgement("of the current generation, id unknown yet", .keep([.alive])) {
            $0.status = .preparing
            $0.knownVolume = nil
        },
        Judgement("of the current generation, another's id known", .delete([.otherGeneration, .neverNamed])) {
            $0.status = .preparing
            $0.knownVolume = Evidence.other
        },
        Judgement("of an older generation, never named", .delete([.otherGeneration, .neverNamed])) {
            $0.status = .preparing
            $0.generation = 2
            $0.knownVolume = Evidence.other
        },
        Judgement("of an older generation, the newer's id unknown", .delete([.otherGeneration, .neverNamed]))
        {
            $0.status = .preparing
            $0.generation = 2
            $0.knownVolume = nil
        },
        Judgement("another than the pod intent names", .delete([.otherGeneration, .neverNamed])) {
            $0.status = .active
            $0.name(Evidence.other)
        },
        Judgement("the pod has an emptyDir", .delete([.otherGeneration, .neverNamed])) {
            $0.status = .active
            $0.podStorage = .emptyDir(because: "")
        },
        Judgement("given up before the pod intent", .delete([.otherGeneration, .neverNamed])) {
            $0.status = .preparing
            $0.knownVolume = nil
            $0.givenUp = "no"
        },
        Judgement("not named, but once attached", .save(.spare, [.otherGeneration, .lockMoved])) {
            $0.status = .active
            $0.name(Evidence.other)
            $0.wasSeenAttached = true
        },
        Judgement("not named, once attached, and saved", .delete([.otherGeneration, .saved])) {
            $0.status = .active
            $0.name(Evidence.other)
            $0.wasSeenAttached = true
            $0.savedAs = $0.snapshot(.completed)
        },
        Judgement(
            "of a living row's other generation, young and not reported",
            .lookAgain(after: policy.grace, [.young])
        ) {
            $0.status = .preparing
            $0.generation = 2
            $0.isReported = false
            $0.knownVolume = Evidence.other
            $0.age = 10
        },
    ]

    private static let own = DiskHolder(reservation: Message.id(1), generation: 1, headVersion: 0)

    static let ended: [Judgement] = [
        Judgement("never named", .delete([.ended, .neverNamed])) { _ in },
        Judgement("named, holds the lock", .save(.head(own), [.ended, .holdsLock])) {
            $0.name()
            $0.hold()
        },
        Judgement("named, the lock is free", .save(.spare, [.ended, .lockMoved])) { $0.name() },
        Judgement("named, the lock is another's", .save(.spare, [.ended, .lockMoved])) {
            $0.name()
            $0.hold(by: 2)
        },
        Judgement("named, the lock is another generation's", .save(.spare, [.ended, .lockMoved])) {
            $0.name()
            $0.hold(generation: 2)
        },
        Judgement("once attached, not named", .save(.spare, [.ended, .lockMoved])) {
            $0.wasSeenAttached = true
        },
        Judgement("saved", .delete([.ended, .saved])) {
            $0.name()
            $0.savedAs = $0.snapshot(.completed)
        },
        Judgement("saved by a snapshot that isn't complete", .save(.spare, [.ended, .lockMoved])) {
            $0.name()
            $0.savedAs = $0.snapshot(.error)
        },
        Judgement("the snapshot that saved it isn't listed", .save(.spare, [.ended, .lockMoved])) {
            $0.name()
            _ = $0.snapshot(.completed)
            $0.savedAs = SnapshotID(unchecked: "snap-00000000000000009")
        },
        Judgement("named and in error", again(.inError)) {
            $0.name()
            $0.hold()
            $0.state = .error
        },
        Judgement("named and in error for long", .gone([.inError])) {
            $0.name()
            $0.hold()
            $0.state = .error
            $0.absentFor = 900
        },
        Judgement("in error after our delete", .lookAgain(after: wait, [.inError])) {
            $0.name()
            $0.state = .error
            $0.absentFor = 5
            $0.wasDeleteSent = true
        },
        Judgement("in error, never named", .delete([.ended, .neverNamed])) { $0.state = .error },
        Judgement("in error, named and saved", .delete([.ended, .saved])) {
            $0.state = .error
            $0.name()
            $0.savedAs = $0.snapshot(.completed)
        },
        Judgement("young, reported", .delete([.ended, .neverNamed])) { $0.age = 10 },
        Judgement("young, not reported", .lookAgain(after: policy.grace, [.young])) {
            $0.age = 599
            $0.isReported = false
        },
        Judgement("as old as the grace period, not reported", .delete([.ended, .neverNamed])) {
            $0.age = 600
            $0.isReported = false
        },
        Judgement("not reported, and no time", again(.timeUnknown)) {
            $0.isReported = false
            $0.isTimeKnown = false
        },
    ]

    static let absent: [Judgement] = [
        Judgement("absent for the first time", again(.absentForNow)) { $0.state = nil },
        Judgement("absent for some seconds", again(.absentForNow)) {
            $0.state = nil
            $0.absentFor = 4
        },
        Judgement("absent for a minute", .lookAgain(after: .seconds(30), [.absentForNow])) {
            $0.state = nil
            $0.absentFor = 60
        },
        Judgement("absent for ten minutes", .lookAgain(after: policy.seldom, [.absentForNow])) {
            $0.state = nil
            $0.absentFor = 600
        },
        Judgement("absent for almost a quarter of an hour", .lookAgain(after: policy.seldom, [.absentForNow]))
        {
            $0.state = nil
            $0.absentFor = 899
        },
        Judgement("absent for a quarter of an hour", .gone([.absent])) {
            $0.state = nil
            $0.absentFor = 900
        },
        Judgement("absent after our delete", .gone([.absent])) {
            $0.state = nil
            $0.absentFor = 5
            $0.wasDeleteSent = true
        },
        Judgement("absent just after our delete", again(.absentForNow)) {
            $0.state = nil
            $0.absentFor = 4
            $0.wasDeleteSent = true
        },
        Judgement("absent, and no time", again(.absentForNow)) {
            $0.state = nil
            $0.absentFor = 900
            $0.isTimeKnown = false
        },
        Judgement("shown as deleted", .gone([.absent])) { $0.state = .deleted },
    ]

    static let rowless: [Judgement] = [
        Judgement("without a row", .keep([.rowGone])) { $0.status = nil },
        Judgement("without a row, and no time", again(.timeUnknown)) {
            $0.status = nil
            $0.isTimeKnown = false
        },
        Judgement("without a row, as old as rows are kept", .keep([.rowGone])) {
            $0.status = nil
            $0.age = month
        },
        Judgement("without a row, older", .save(.spare, [.rowPurged, .lockMoved])) {
            $0.status = nil
            $0.age = month + 1
        },
        Judgement("without a row, older, a foreign snapshot pending", again(.snapshotPending)) {
            $0.status = nil
            $0.age = month + 1
            _ = $0.snapshot(.pending)
        },
        Judgement("without a row, older, in error", .keep([.inError])) {
            $0.status = nil
            $0.state = .error
            $0.age = month + 1
        },
        Judgement("without a row, older, saved", .delete([.rowPurged, .saved])) {
            $0.status = nil
            $0.age = month + 1
            $0.savedAs = $0.snapshot(.completed)
        },
    ]

    @Test(arguments: eyesight + foreign + busy + wishes + living + ended + absent + rowless)
    func `each case has its verdict`(_ judgement: Judgement) {
        #expect(judge(judgement.matter, Self.policy) == judgement.verdict)
    }

    static let expectations: [(name: String, isExpected: Bool, change: @Sendable (inout Evidence) -> Void)] =
        [
            ("ended, in the receipt, never named", true, { _ in }),
            ("not in the receipt", false, { $0.receiptNames = false }),
            ("its reservation lives", false, { $0.status = .active }),
            ("its reservation is ending", false, { $0.status = .cancelling }),
            ("no row", false, { $0.status = nil }),
            (
                "named, and saved as the head", true,
                {
                    $0.name(); $0.becameHead = true
                }
            ),
            (
                "named, and saved as a spare", false,
                {
                    $0.name(); $0.savedAs = $0.snapshot(.completed)
                }
            ),
            ("once attached", false, { $0.wasSeenAttached = true }),
        ]

    @Test func `only what an ended row's receipt names, saved or without work, is expected`() {
        for row in Self.expectations {
            var evidence = Evidence()
            row.change(&evidence)
            #expect(evidence.matter.isExpected == row.isExpected, "\(row.name)")
        }
    }

    @Test func `a volume whose row is gone may hold work, an absent one can't`() {
        var evidence = Evidence()
        evidence.status = nil
        #expect(evidence.matter.mayHoldWork)
        evidence.state = nil
        #expect(!evidence.matter.mayHoldWork)
    }

    @Test func `the evidence names each thing that was seen, with its time`() {
        var evidence = Evidence()
        evidence.name()
        evidence.hold()
        let facts = evidence.matter.facts
        let kinds: [Fact.Kind] = [
            .volume, .report, .reservation, .podIntent, .objects, .snapshots, .disk, .saving,
        ]
        #expect(facts.map(\.kind) == kinds.map(\.rawValue))
        #expect(facts.first?.at == TestTime.start - 3)
        #expect(facts.first { $0.kind == "pod_intent" }?.what == "names this volume")
    }
}
