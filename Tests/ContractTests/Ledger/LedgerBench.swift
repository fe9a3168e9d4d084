import AWS
import Fleet
import Foundation
import Reservations

/// A ledger on tables of its own, over HTTP.
struct LedgerBench: Sendable {
    let aws: AWSBench
    let names: TableNames
    let tables: FleetTables
    let ledger: DynamoLedger
    let fleet: FleetID

    fileprivate init(_ aws: AWSBench) async throws {
        self.aws = aws
        names = TableNames(prefix: "contract-\(UUID().uuidString)")
        tables = FleetTables(aws.dynamoDB, names: names, time: SystemTime(), chance: SystemChance())
        ledger = DynamoLedger(aws.dynamoDB, names: names, chance: SystemChance())
        fleet = try await tables.create()
    }

    /// Why a decision isn't written; nil if it is.
    func refusal(of decision: Decision) async -> LedgerError.Code? {
        do {
            try await ledger.commit(decision)
            return nil
        } catch {
            return error.code
        }
    }

    func admitted(_ row: Reservation = LedgerRow.reservation()) async throws -> Reservation {
        guard let written = try await ledger.commit(Decision(admitting: row)) else {
            throw TestFailure("an admission wrote no row")
        }
        return written
    }

    fileprivate func clear() async {
        let all = [
            names.reservations, names.disks, names.workers, names.capacity, names.cleanups, names.users,
            names.fleet,
        ]
        // What isn't deleted is left to the emulator's end.
        for table in all { try? await aws.dynamoDB.deleteTable(table) }
    }
}

/// Runs a test's body with a ledger on a target.
func withLedger(_ target: AWSTarget, _ body: (LedgerBench) async throws -> Void) async throws {
    try await withAWS(target) { aws in
        let bench = try await LedgerBench(aws)
        do {
            try await body(bench)
        } catch {
            await bench.clear()
            throw error
        }
        await bench.clear()
    }
}

/// Rows to write.
enum LedgerRow {
    static let start = Date(timeIntervalSince1970: 1_790_000_000.123)
    static let user = UserID(unchecked: "ada@example.com")
    static let worker = WorkerID(unchecked: "worker-1")
    static let gpuType = GPUType(unchecked: "t4")
    static let diskKey = DiskKey(userID: user, name: DiskName(unchecked: "data"))
    static let volume = VolumeID(unchecked: "vol-0123456789abcdef0")
    static let fleet = FleetID(unchecked: "fleet-1")

    static func id(_ number: Int) -> ReservationID {
        let digits = String(number)
        let tail = String(repeating: "0", count: 12 - digits.count) + digits
        return ReservationID(unchecked: "0b8f3c52-6f0e-4a57-9a34-\(tail)")
    }

    static func reservation(_ number: Int = 1, _ status: Status = .pending, createdAt: Date = start)
        -> Reservation
    {
        let request = ReservationRequest(
            reservationID: id(number),
            userID: user,
            gpuType: gpuType,
            gpuCount: 2,
            durationHours: 1.5,
            githubUser: GitHubLogin(unchecked: "ada"),
            diskName: diskKey.name
        )
        var row = Reservation(id: id(number), request: request, status: status, createdAt: createdAt)
        row.owner = worker
        row.fence = Fence(1)
        row.mark(.received, at: createdAt)
        return row
    }

    /// A row whose disk's intent is written.
    static func preparing(_ number: Int = 1) -> Reservation {
        var row = reservation(number, .preparing)
        row.diskIntent = DiskIntent(
            generation: 1,
            token: DiskIntent.token(fleet: fleet, reservation: id(number), generation: 1),
            zone: "us-east-2a",
            sizeGiB: 1_024,
            volumeType: "gp3",
            iops: 16_000,
            throughput: 1_000,
            snapshot: nil,
            tags: [VolumeTag.fleet: fleet.rawValue],
            disk: diskKey,
            headVersion: 0,
            writtenAt: start
        )
        return row
    }

    static func fact(_ number: Int = 1, generation: Int = 1, volume: VolumeID = volume) -> VolumeFact {
        VolumeFact(
            reservation: id(number),
            generation: generation,
            token: DiskIntent.token(fleet: fleet, reservation: id(number), generation: generation),
            volume: volume,
            trace: [TraceEvent.volumeIDWriteStart.rawValue: 1_790_000_001.5]
        )
    }
}
