import Synchronization

/// The queue of each GPU type, oldest first.
///
/// A queue may be thousands long, and a type is known from the row alone: it is remembered, so that each look
/// reads only what is new.
final class QueueOrder: Sendable {
    /// Rows whose type one look reads at the most; the rest has its turn at the next.
    private static let newAtOnce = 128
    /// Rows of one type that one look considers: more than ever start at once.
    private static let perType = 32

    private let told = Mutex<[ReservationID: Int]>([:])
    private let types = Mutex<[ReservationID: GPUType]>([:])

    /// Candidates by type: each is to be read again before anything is decided.
    func candidates(
        among ids: [ReservationID],
        in ledger: any ReservationLedger
    ) async throws(LedgerError) -> [GPUType: [ReservationID]] {
        var known = types.withLock { $0 }
        var unread = Self.newAtOnce
        var queues: [GPUType: [ReservationID]] = [:]
        for id in ids {
            if known[id] == nil, unread > 0 {
                unread -= 1
                known[id] = try await type(of: id, in: ledger)
            }
            guard let type = known[id], queues[type, default: []].count < Self.perType else { continue }
            queues[type, default: []].append(id)
        }
        let standing = Set(ids)
        types.withLock { [known] in $0 = known.filter { standing.contains($0.key) } }
        return queues
    }

    /// The rows whose place in the queue isn't what was last told of them.
    ///
    /// - Parameter rows: of one type, in the order in which they are served.
    /// - Returns: each with its place, from 1.
    func moved(among rows: [Reservation]) -> [(row: Reservation, position: Int)] {
        told.withLock { told in
            // Bounded: what has left the queue is forgotten with the rest.
            if told.count > Self.mostTold { told = [:] }
            var moved: [(Reservation, Int)] = []
            for (index, row) in rows.enumerated() where told[row.id] != index + 1 {
                told[row.id] = index + 1
                moved.append((row, index + 1))
            }
            return moved
        }
    }

    private static let mostTold = 5_000

    private func type(of id: ReservationID, in ledger: any ReservationLedger) async throws(LedgerError)
        -> GPUType?
    {
        do {
            return try await ledger.reservation(id)?.request?.gpuType
        } catch {
            // One row that can't be read must not stop the queue.
            guard error.code == .malformed else { throw error }
            return nil
        }
    }
}
