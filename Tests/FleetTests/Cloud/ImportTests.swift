import Fleet
import Foundation
import Reservations
import Testing

@Suite("Disks of the replaced system are taken over") struct ImportTests {
    private static let ada = UserID(unchecked: "ada@example.com")

    private static func key(_ name: String) -> DiskKey {
        DiskKey(userID: ada, name: DiskName(unchecked: name))
    }

    private static func snapshot(
        _ number: Int,
        of disk: String?,
        state: SnapshotSighting.State = .completed,
        day: Int = 1,
        volume: String = "vol-0123456789abcdef0",
        _ more: [String: String] = [:]
    ) -> SnapshotSighting {
        var tags = ["gpu-dev-user": ada.rawValue].merging(more) { $1 }
        tags["disk_name"] = disk
        return SnapshotSighting(
            id: SnapshotID(unchecked: "snap-0000000\(number)"),
            volume: VolumeID(unchecked: volume),
            state: state,
            progress: "42%",
            startedAt: Sample.start.addingTimeInterval(Double(day) * 86_400),
            tags: tags
        )
    }

    private func plan(
        _ snapshots: [SnapshotSighting],
        volumes: [VolumeSighting] = [],
        disks: [Disk] = []
    ) -> ImportPlan {
        ImportPlan(snapshots: snapshots, volumes: volumes, disks: disks, sizeGiB: 1_024, at: Sample.start)
    }

    @Test func `each disk gets the newest of its own snapshots, and the unnamed one those without a name`() {
        let plan = plan([
            Self.snapshot(1, of: "data", day: 1), Self.snapshot(2, of: "data", day: 3),
            Self.snapshot(3, of: "other", day: 9), Self.snapshot(4, of: nil, day: 2),
        ])
        #expect(plan.entries.map(\.name.rawValue) == ["data", "default", "other"])
        #expect(plan.entries.map { $0.head?.rawValue.suffix(1) } == ["2", "4", "3"])
        #expect(plan.entries.allSatisfy { $0.verdict == .adopt })
        let heads = plan.decisions.compactMap { decision -> SnapshotID? in
            guard case .disk(nil, let new)? = decision.rows.first else { return nil }
            return new.head
        }
        #expect(heads == plan.entries.map(\.head))
    }

    @Test func `what tools made, copies, what is to go and Berth's own are told apart`() {
        let plan = plan([
            Self.snapshot(1, of: "data", ["aws:backup:source-resource": "x"]),
            Self.snapshot(2, of: "data", ["velero.io/backup": "x"]),
            Self.snapshot(3, of: "data", volume: "vol-ffffffff"),
            Self.snapshot(4, of: "data", ["delete-date": "2026-01-01"]),
            Self.snapshot(5, of: "data", ["berth-fleet": "fleet-1"]),
            Self.snapshot(6, of: "no such name!"),
        ])
        #expect(plan.entries.isEmpty)
        #expect(plan.decisions.isEmpty)
        #expect(
            plan.leftovers.map(\.reason) == [
                "a backup tool's (aws:backup:source-resource)", "a backup tool's (velero.io/backup)",
                "a copy",
                "marked for deletion", "of no user or disk that can be named",
            ]
        )
    }

    @Test func `a disk that isn't at rest waits`() {
        let used = VolumeSighting(
            id: Sample.volume,
            state: .inUse,
            zone: "a",
            createdAt: nil,
            snapshot: nil,
            isAttached: true,
            tags: ["gpu-dev-user": Self.ada.rawValue, "disk_name": "busy"],
            seenAt: Sample.start
        )
        let plan = plan(
            [
                Self.snapshot(1, of: "busy"), Self.snapshot(2, of: "saving"),
                Self.snapshot(3, of: "saving", state: .pending, day: 2),
                Self.snapshot(4, of: "bad", state: .error),
            ],
            volumes: [used]
        )
        #expect(plan.entries.map(\.verdict) == [.leave, .wait, .wait])
        #expect(plan.decisions.isEmpty)
    }

    @Test func `what Berth knows, and what is deleted or purged, stays as it is`() {
        var known = Disk(key: Self.key("known"), head: nil, sizeGiB: 5, createdAt: Sample.start)
        known.version = 3
        var deleted = Disk(key: Self.key("deleted"), head: nil, sizeGiB: 5, createdAt: Sample.start)
        deleted.isDeleted = true
        var purged = Disk(key: Self.key("purged"), head: nil, sizeGiB: 5, createdAt: Sample.start)
        purged.purging = [SnapshotID(unchecked: "snap-00000003")]
        let plan = plan(
            [
                Self.snapshot(1, of: "known"), Self.snapshot(2, of: "deleted"),
                Self.snapshot(3, of: "purged"),
            ],
            disks: [known, deleted, purged]
        )
        #expect(plan.entries.map(\.verdict) == [.leave, .known, .leave])
        #expect(plan.decisions.isEmpty)
    }

    @Test func `the replaced system's own row is kept, with a head, on condition that it is as it was read`()
    {
        let row = Disk(key: Self.key("data"), head: nil, sizeGiB: 77, createdAt: Sample.start)
        let plan = plan([Self.snapshot(1, of: "data")], disks: [row])
        guard case .disk(let old?, let new)? = plan.decisions.first?.rows.first else {
            Issue.record("no row is written")
            return
        }
        #expect(old == row)
        #expect(new.sizeGiB == 77)
        #expect(new.head?.rawValue == "snap-00000001")
        #expect(!plan.agrees(with: self.plan([Self.snapshot(2, of: "data")], disks: [row])))
    }

    @Test func `a snapshot of an empty disk is no work`() {
        let plan = plan([Self.snapshot(1, of: "data", ["SnapshotType": "initial"])])
        guard case .disk(_, let new)? = plan.decisions.first?.rows.first else {
            Issue.record("no row is written")
            return
        }
        #expect(new.head == nil)
    }
}
