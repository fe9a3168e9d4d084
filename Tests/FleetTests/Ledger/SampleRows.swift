import Foundation
import Reservations

/// Rows to write.
enum Sample {
    static let start = Date(timeIntervalSince1970: 1_790_000_000.123)
    static let user = UserID(unchecked: "ada@example.com")
    static let other = UserID(unchecked: "bob@example.com")
    static let worker = WorkerID(unchecked: "worker-1")
    static let diskKey = DiskKey(userID: user, name: DiskName(unchecked: "data"))
    static let volume = VolumeID(unchecked: "vol-0123456789abcdef0")
    static let fleet = FleetID(unchecked: "fleet-1")

    static func id(_ number: Int) -> ReservationID {
        let digits = String(number)
        let tail = String(repeating: "0", count: 12 - digits.count) + digits
        return ReservationID(unchecked: "0b8f3c52-6f0e-4a57-9a34-\(tail)")
    }

    static func request(_ number: Int, user: UserID = user) -> ReservationRequest {
        ReservationRequest(
            reservationID: id(number),
            userID: user,
            gpuType: GPUType(unchecked: "t4"),
            gpuCount: 2,
            durationHours: 1.5,
            githubUser: GitHubLogin(unchecked: "ada"),
            diskName: diskKey.name
        )
    }

    static func row(
        _ number: Int = 1,
        _ status: Status = .pending,
        user: UserID = user,
        createdAt: Date = start
    ) -> Reservation {
        var row = Reservation(
            id: id(number),
            request: request(number, user: user),
            status: status,
            createdAt: createdAt
        )
        row.owner = worker
        row.fence = Fence(1)
        row.mark(.received, at: createdAt)
        return row
    }

    /// A row whose disk's intent is written.
    static func preparing(_ number: Int = 1) -> Reservation {
        var row = row(number, .preparing)
        row.diskIntent = intent(number)
        return row
    }

    static func intent(_ number: Int = 1, generation: Int = 1, snapshot: SnapshotID? = nil) -> DiskIntent {
        DiskIntent(
            generation: generation,
            token: DiskIntent.token(fleet: fleet, reservation: id(number), generation: generation),
            zone: "eu-central-1a",
            sizeGiB: 1_024,
            volumeType: "gp3",
            iops: 16_000,
            throughput: 1_000,
            snapshot: snapshot,
            tags: [VolumeTag.fleet: fleet.rawValue, VolumeTag.user: user.rawValue],
            disk: diskKey,
            headVersion: 3,
            writtenAt: start
        )
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

    /// A row in which every attribute has a value.
    static func full() -> Reservation {
        var row = preparing()
        row.status = .cancelled
        row.version = 7
        row.writeID = "w"
        row.promise = Promise(
            gpuType: GPUType(unchecked: "t4"),
            node: "node-1",
            zone: "eu-central-1a",
            count: 2
        )
        row.volumeID = volume
        row.anchorUID = "uid"
        row.podIntent = PodIntent(
            generation: 1,
            storage: .volume(volume, generation: 1),
            hostKey: "ssh-ed25519 AAAA",
            keyCount: 2,
            sharedStorage: SharedFileSystem(id: "fs-1", server: "fs-1.efs"),
            node: "node-1",
            zone: "eu-central-1a",
            writtenAt: start
        )
        row.connection = Connection(
            podName: "pod",
            namespace: "gpu-dev",
            nodeIP: "10.0.0.1",
            nodePort: 30_000,
            podIP: nil,
            hostKey: "ssh-ed25519 AAAA",
            login: "dev"
        )
        var receipt = Receipt(startedAt: start, cause: "cancelled", by: user.rawValue)
        receipt.enter(.anchorDeleted, .done, "gone", at: start)
        receipt.volumes = [volume]
        row.receipt = receipt
        row.appliedCommands = [CommandID(unchecked: "c-1")]
        row.cancelledBy = [other]
        row.unpublished = [
            .status,
            .orphan(OrphanReport(volume: volume, reservation: id(1), generation: 1, phase: "p", cause: "c")),
        ]
        row.notBefore = start
        row.purgeAt = Date(timeIntervalSince1970: 1_800_000_000)
        row.expiresAt = start
        row.launchedAt = start
        row.endedAt = start
        row.failureReason = "why"
        row.warning = "careful"
        row.note("a note", at: start)
        return row
    }
}
