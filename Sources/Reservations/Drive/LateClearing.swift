import Foundation

extension DriveContext {
    /// Goes on with what an ending couldn't do within its budget: the cluster's objects, then the promise.
    ///
    /// Until then the row stays on the list of those that need somebody, since its GPUs may still be in use.
    func clearAway(_ row: Reservation) async throws {
        guard row.status.isTerminal, let promise = row.promise else { return }
        guard try await ports.pods.deleteAnchor(of: row.id) else { return }
        let left = try await ports.pods.objects(of: row.id)
        for object in left where !object.isTerminating { try await ports.pods.delete(object) }
        guard left.isEmpty else { return }
        let rooms = try await ports.ledger.capacity(of: promise.gpuType)
        let now = ports.time.now()
        var cleared = row
        cleared.leaveMachines()
        cleared.schedulePurge(at: now, after: settings.purgeAfter)
        cleared.note("Its server was seen gone", at: now)
        var decision = try Decision(from: row, to: cleared)
        for room in CapacityPlan.moving(row.id, count: 0, of: promise.gpuType, to: [], promised: rooms) {
            decision = decision.and(room)
        }
        try await ports.ledger.commit(decision)
        try await ports.events.hintCapacity(of: promise.gpuType)
    }
}
