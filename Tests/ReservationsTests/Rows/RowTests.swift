import Foundation
import Reservations
import TestSupport
import Testing

@Suite("Rows and their states") struct RowTests {
    static let table: [(Status, Set<Status>)] = [
        (.awaited, [.pending, .joined, .failing, .cancelling, .cancelled]),
        (.joined, [.failed, .expired, .cancelled]),
        (.pending, [.preparing, .queued, .failing, .cancelling]),
        (.queued, [.pending, .preparing, .failing, .cancelling]),
        (.preparing, [.active, .queued, .failing, .cancelling]),
        (.active, [.expiring, .failing, .cancelling]),
        (.expiring, [.expired, .cancelling]),
        (.failing, [.failed, .cancelling]),
        (.cancelling, [.cancelled]),
        (.expired, []), (.failed, []), (.cancelled, []),
    ]

    @Test(arguments: table) func `each state has the design's exits, and no other`(
        from: Status,
        exits: Set<Status>
    ) {
        for next in Status.allCases {
            #expect(from.canMove(to: next) == (next == from || exits.contains(next)))
        }
        #expect(from.isTerminal == exits.isEmpty)
    }

    @Test func `from every state that isn't the end, a cancel leads to cancelled`() {
        for status in Status.allCases where !status.isTerminal && status != .joined {
            #expect(status == .cancelling || status.canMove(to: .cancelling))
        }
        #expect(Status.cancelling.terminalStatus == .cancelled)
    }

    private static func full() throws -> Reservation {
        var row = Reservation(
            id: Message.id(1),
            request: Message.request(1, disk: "data"),
            status: .preparing,
            createdAt: TestTime.start
        )
        row.owner = WorkerID(unchecked: "worker-1")
        row.fence = Fence(3)
        row.promise = Promise(gpuType: World.t4, node: "node-1", zone: "zone-a", count: 1)
        var disk = Disk(
            key: World.key,
            head: SnapshotID(unchecked: "snap-12345678"),
            sizeGiB: 5,
            createdAt: TestTime.start
        )
        disk.headVersion = 2
        row.diskIntent = DiskIntent(
            for: row,
            disk: disk,
            zone: "zone-a",
            fleet: World.fleet,
            defaults: DiskDefaults(),
            at: TestTime.start
        )
        row.volumeID = Evidence.volume
        row.podIntent = PodIntent(
            generation: 1,
            storage: .volume(Evidence.volume, generation: 1),
            hostKey: "ssh-ed25519 A",
            keyCount: 2,
            sharedStorage: SharedFileSystem(id: "fs-1", server: "s"),
            node: "node-1",
            zone: "zone-a",
            writtenAt: TestTime.start
        )
        row.receipt = Receipt(startedAt: TestTime.start, cause: "c", by: "ada")
        row.receipt?.enter(.anchorDeleted, .done, "gone", at: TestTime.start)
        row.appliedCommands = [CommandID(unchecked: "c-1")]
        row.unpublished = [.status]
        row.purgeAt = TestTime.start + 86_400
        row.note("Working", at: TestTime.start)
        row.mark(.admitted, at: TestTime.start)
        return row
    }

    @Test func `a row survives being stored`() throws {
        let row = try Self.full()
        let data = try JSONEncoder().encode(row)
        #expect(try JSONDecoder().decode(Reservation.self, from: data) == row)
    }

    @Test func `it is stored under the names of old`() throws {
        let data = try JSONEncoder().encode(Self.full())
        guard case .object(let fields) = try JSONDecoder().decode(JSONValue.self, from: data) else {
            throw Surprise("no object")
        }
        let names = [
            "reservation_id", "user_id", "gpu_type", "gpu_count", "duration_hours", "disk_name", "status",
            "ebs_volume_id", "ebs_availability_zone", "trace_data", "status_history",
            "current_detailed_status",
            "github_user", "created_at",
        ]
        for name in names { #expect(fields[name] != nil, "\(name)") }
        #expect(fields["purge_at"] == .number(TestTime.start.timeIntervalSince1970 + 86_400))
    }

    @Test func `an awaited row has no request`() throws {
        var row = Reservation(id: Message.id(1), request: nil, status: .awaited, createdAt: TestTime.start)
        row.cancelledBy = [Message.bob]
        let data = try JSONEncoder().encode(row)
        #expect(try JSONDecoder().decode(Reservation.self, from: data) == row)
    }

    @Test func `history keeps its ends and drops the middle, and a row stays small`() throws {
        var row = try Self.full()
        for number in 0..<500 {
            row.note("\(number) " + String(repeating: "x", count: 200), at: TestTime.start)
        }
        #expect(row.history.count == Reservation.historyLimit)
        #expect(row.history.first?.message == "Working")
        #expect(row.history.last?.message.hasPrefix("499") == true)
        let alike = row.history.count
        row.note(row.detail, at: TestTime.start)
        #expect(row.history.count == alike)
        #expect(try JSONEncoder().encode(row).count < 16 * 1024)
    }

    @Test func `a row stands in the list of whoever must do something`() throws {
        var row = try Self.full()
        let owner = WorkPlace.Holder.worker(WorkerID(unchecked: "worker-1"))
        #expect(row.work == WorkPlace(holder: owner, isUrgent: false))
        row.status = .cancelling
        #expect(row.work == WorkPlace(holder: owner, isUrgent: true))
        row.status = .cancelled
        #expect(row.work == WorkPlace(holder: .free, isUrgent: false))
        row.unpublished = []
        #expect(row.work == WorkPlace(holder: .free, isUrgent: false))
        row.promise = nil
        #expect(row.work == nil)
        row.status = .active
        row.owner = nil
        #expect(row.work == nil)
    }

    @Test func `a receipt's step is entered once`() {
        var receipt = Receipt(startedAt: TestTime.start, cause: "c")
        receipt.enter(.lockEnded, .done, "first", at: TestTime.start)
        receipt.enter(.lockEnded, .overBudget, "second", at: TestTime.start)
        #expect(receipt.entries.map(\.detail) == ["first"])
    }

    @Test func `an event tells a receipt only of what has ended or is ending`() throws {
        var row = try Self.full()
        #expect(ReservationEvent(of: row, at: TestTime.start).receipt == nil)
        row.status = .cancelling
        #expect(ReservationEvent(of: row, at: TestTime.start).receipt != nil)
    }
}
