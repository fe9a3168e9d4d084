import Foundation
import Reservations
import TestSupport

extension World {
    /// A reservation that failed; its receipt names no volume.
    static func ended(_ number: Int) -> Reservation {
        var row = Reservation(
            id: Message.id(number),
            request: Message.request(number),
            status: .failed,
            createdAt: TestTime.start
        )
        row.receipt = Receipt(startedAt: TestTime.start, cause: "")
        return row
    }

    /// The tags of a reservation's first volume.
    static func tags(_ number: Int) -> [String: String] {
        [
            VolumeTag.reservation: Message.id(number).rawValue, VolumeTag.generation: "1",
            VolumeTag.fleet: fleet.rawValue,
        ]
    }

    static func report(_ volume: VolumeID, of number: Int) -> OrphanReport {
        OrphanReport(
            volume: volume,
            reservation: Message.id(number),
            generation: 1,
            phase: "failed",
            cause: "a test"
        )
    }

    /// That a pod had the volume: somebody may have worked on it.
    static func podIntent(_ volume: VolumeID) -> PodIntent {
        PodIntent(
            generation: 1,
            storage: .volume(volume, generation: 1),
            hostKey: "",
            keyCount: 1,
            sharedStorage: nil,
            node: "node-1",
            zone: "zone-a",
            writtenAt: TestTime.start
        )
    }

    /// Reservation 1 was active, and has been cancelled: its volume holds work.
    func end(_ id: ReservationID) async throws {
        let worker = try await worker()
        _ = await worker.send(Message.request(1))
        try await until(id, is: .active)
        _ = await worker.cancel(id)
        try await until(id, is: .cancelled)
        try await until("published") { self.ledger.peek(id)?.unpublished.isEmpty == true }
    }
}
