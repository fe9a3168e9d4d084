import Foundation
import Testing

/// Where others failed their users, and the test here that would fail if Berth did the same.
///
/// The list is checked: each test that it names exists, under that name, in that file.
@Suite("Where others failed their users") struct FailuresOfOthersTests {
    struct Failure: Sendable, CustomTestStringConvertible {
        let source: String
        let what: String
        let file: String
        let test: String

        init(_ source: String, _ what: String, _ file: String, _ test: String) {
            self.source = source
            self.what = what
            self.file = file
            self.test = test
        }

        var testDescription: String { "\(source): \(what)" }
    }

    static let tools: [Failure] = [
        Failure(
            "coder/coder 4586",
            "a cancel in the middle of a build leaves what was made behind",
            "ReservationsTests/Drive/CancelTests",
            "cancelled through another worker, it ends with a receipt and leaves nothing behind"
        ),
        Failure(
            "coder/coder 7615",
            "after a restart it stays in cancelling for ever",
            "SystemTests/KillTests",
            "a worker killed while it ends a reservation is followed by another, and nothing is left"
        ),
        Failure(
            "dstackai/dstack 2068",
            "cancelled as provisioning begins, the machine comes up all the same and stays busy",
            "ReservationsTests/Drive/CancelTests",
            "between SSH's answer and the write of active, the cancel wins"
        ),
        Failure(
            "dstackai/dstack 1551",
            "marked as terminated while the provider didn't answer, and billed on",
            "ReservationsTests/Drive/CancelTests",
            "what Kubernetes doesn't let go is named in the receipt, within the budget"
        ),
        Failure(
            "dstackai/dstack 2218",
            "a volume is stuck detaching, and the run counts as stopped",
            "ReservationsTests/Janitor/JanitorTests",
            "an attached volume is neither saved nor deleted, however long it takes"
        ),
        Failure(
            "dstackai/dstack 2361",
            "what an older version began can't be ended by the newer one",
            "FleetTests/Ledger/CommitTests",
            "an attribute of a newer version survives"
        ),
        Failure(
            "dstackai/dstack 3789",
            "a volume in use is deleted",
            "ReservationsTests/Rows/DiskDeedTests",
            "what is held, saved or gone isn't deleted, and what is over isn't restored"
        ),
        Failure(
            "dstackai/dstack 3815",
            "a second run of an attached volume ends in a loop, instead of being refused",
            "ReservationsTests/Drive/DiskTroubleTests",
            "a held disk that was named is refused with the reason"
        ),
        Failure(
            "kubernetes-sigs/aws-ebs-csi-driver 1951",
            "the token of a volume that was deleted is sent again and again",
            "ReservationsTests/Drive/DiskTroubleTests",
            "a burnt token without a volume begins the next generation"
        ),
        Failure(
            "kubernetes-sigs/aws-ebs-csi-driver 2512",
            "a quota on the repeat hides the volume that the first call made",
            "ReservationsTests/Drive/OddAnswersTests",
            "a quota or a throttle on the repeat proves nothing about the first call"
        ),
        Failure(
            "kubernetes-sigs/aws-ebs-csi-driver 3010",
            "an id that never comes to exist, and then a burnt token",
            "ReservationsTests/Drive/OddAnswersTests",
            "a ghost whose token then answers mismatch costs a generation, and no disk"
        ),
        Failure(
            "paperclipinc/karpenter-provider-hetzner 53",
            "the process dies between the create and the write of the id",
            "SystemTests/KillTests",
            "a worker killed in the middle is followed by another, with the same volume and the same pod"
        ),
    ]

    static let replacedSystem: [Failure] = [
        Failure(
            "fault 1",
            "a redelivery makes a second volume",
            "SystemTests/RepeatTests",
            "three deliveries make one server"
        ),
        Failure(
            "fault 2",
            "failed rows are queued again",
            "ReservationsTests/Worker/IntakeTests",
            "terminal is final: a repeat revives nothing"
        ),
        Failure(
            "fault 3",
            "rows are written without a condition",
            "FleetTests/Ledger/CommitTests",
            "a change of a row that changed meanwhile is refused"
        ),
        Failure(
            "fault 4",
            "a cancel while it is prepared changes the row alone, one before its request is dropped",
            "SystemTests/CancelTests",
            "a cancel that is read before its request wins, and a stranger's doesn't count"
        ),
        Failure(
            "fault 5",
            "the volume's id is written last",
            "ReservationsTests/Drive/PhaseTests",
            "nothing comes between CreateVolume's answer and the write of its id"
        ),
        Failure(
            "fault 6",
            "the newest snapshot of any disk is restored",
            "FleetTests/Cloud/LegacySnapshotTests",
            "another's snapshot is none"
        ),
        Failure(
            "fault 7",
            "fields of requests are lost on the way",
            "ReservationsTests/Drive/NodesTests",
            "in either order they become one server of two pods, with the disk on node 0"
        ),
        Failure(
            "fault 8",
            "locks without an owner are taken off others' disks",
            "ReservationsTests/Janitor/LeftoverTests",
            "promises and locks of ended reservations end, others stay"
        ),
        Failure(
            "fault 9",
            "a deleted disk is used again",
            "ReservationsTests/Rows/DiskDeedTests",
            "deleted, it is refused to reservations until it is restored"
        ),
        Failure(
            "fault 10",
            "errors count as success",
            "ReservationsTests/Drive/ServerTroubleTests",
            "SSH that never answers fails after its polls"
        ),
        Failure(
            "fault 11",
            "waits are longer than the function's own limit",
            "ReservationsTests/Drive/ServerTroubleTests",
            "a cluster that never answers ends within the budgets"
        ),
        Failure(
            "fault 12",
            "trouble of the disk fails the reservation, or a held one is passed over in silence",
            "ReservationsTests/Drive/DiskTroubleTests",
            "a disk that can't be made is an emptyDir and a warning"
        ),
        Failure(
            "fault 13",
            "a long wait in the queue counts as being stuck",
            "ReservationsTests/Drive/OddAnswersTests",
            "time in the queue doesn't count against the budget of its preparing"
        ),
        Failure(
            "fault 14",
            "the history is flooded",
            "ReservationsTests/Rows/RowTests",
            "history keeps its ends and drops the middle, and a row stays small"
        ),
        Failure(
            "fault 15",
            "an old snapshot is taken for the one that is pending",
            "ReservationsTests/Janitor/JanitorTests",
            "last work becomes the head, the lock ends with it, then the volume goes"
        ),
        Failure(
            "fault 16",
            "an extension delivered twice extends twice",
            "ReservationsTests/Requests/ExtendTests",
            "delivered twice it counts once, and the pod and the event tell the new end"
        ),
        Failure(
            "fault 17",
            "ticks overlap",
            "ReservationsTests/Janitor/SweepLeaseTests",
            "the second of two sweeps is refused"
        ),
    ]

    @Test(arguments: tools + replacedSystem)
    func `there is a test that would notice it`(failure: Failure) throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: tests.appending(path: "\(failure.file).swift"), encoding: .utf8)
        #expect(text.contains(failure.test), "\(failure.file) has no such test")
    }
}
