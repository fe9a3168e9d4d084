import Reservations
import TestSupport

extension World {
    /// One worker, one request, until its reservation stands where it should.
    @discardableResult
    func provision(
        _ request: ReservationRequest = Message.request(1),
        until statuses: Status...,
        prepare: @escaping @Sendable (TestWorker) async -> Void = { _ in }
    ) async throws -> Reservation {
        try await run {
            let worker = try await self.worker()
            await prepare(worker)
            guard await worker.send(request) == .done else { throw Surprise("not admitted") }
            try await self.until("it is \(statuses)") {
                self.ledger.peek(request.reservationID).map {
                    statuses.contains($0.status) && ($0.unpublished.isEmpty || !$0.status.isTerminal)
                } ?? false
            }
        }
        guard let row = ledger.peek(request.reservationID) else { throw Surprise("no row") }
        return row
    }

    /// The key of the disk that requests without a name use.
    static var key: DiskKey { DiskKey(userID: Message.ada, name: .unnamed) }
}
