import Foundation
import Reservations
import TestSupport

extension World {
    /// Starts workers `worker-01` and so on.
    func workers(_ count: Int, from first: Int = 1) async throws -> [TestWorker] {
        var workers: [TestWorker] = []
        for number in first..<(first + count) {
            workers.append(try await worker("worker-" + String(format: "%03d", number)))
        }
        return workers
    }

    /// Rows in the middle of their disk's making, which stay there as long as the volumes don't come.
    func plantRows(_ count: Int, of owner: TestWorker, from first: Int) -> [ReservationID] {
        (first..<(first + count)).map { number in
            var row = Reservation(
                id: Message.id(number),
                request: Message.request(number, user: UserID(unchecked: "user\(number)")),
                status: .pending,
                createdAt: time.now()
            )
            row.owner = owner.id
            row.fence = Fence.none.next
            ledger.plant(row)
            return row.id
        }
    }

    /// Those whom the roster holds for dead.
    func dead(among workers: [TestWorker]) -> [String] {
        workers.filter { ledger.peek($0.id)?.state == .dead }.map(\.id.rawValue)
    }

    /// Whoever took over a row, at any time.
    var adopters: Set<WorkerID> {
        Set(
            ledger.writes.compactMap { write in
                guard case .decision(let decision, _) = write,
                    case .reservation(let old?, let new)? = decision.rows.first, new.fence > old.fence
                else { return nil }
                return new.owner
            }
        )
    }
}
