/// Notices running servers that are lost: evicted, out of memory, their node gone, deleted by hand.
struct LostServers: Sendable {
    let context: DriveContext
    let drive: Drive

    /// Ends an active reservation whose pod has ended or is gone.
    func endIfLost(_ id: ReservationID) async throws {
        // The row first: a pod that isn't there afterwards was there when the row became active.
        guard let row = try await context.ports.ledger.reservation(id), row.status == .active,
            let intent = row.podIntent
        else { return }
        guard let loss = try await loss(of: row, intent) else { return }
        // Asked just now: a worker that looks into another cluster finds none of the fleet's pods there.
        guard case .same = await context.witness.ask() else {
            context.ports.journal.warn(
                "nobody bears witness that a server is lost",
                ["reservation.id": id.rawValue, "reason": loss]
            )
            return
        }
        let now = context.ports.time.now()
        let reason = "the server was lost: \(loss)"
        var next = row
        try next.move(to: .failing)
        next.owner = context.membership.id
        next.fence = row.fence.next
        next.failureReason = reason
        next.receipt = row.receipt ?? Receipt(startedAt: now, cause: reason)
        next.note("The server was lost: \(loss)", at: now)
        let decision = try Decision(from: row, to: next)
        guard let failing = try await context.ports.ledger.commitUnlessRefused(decision, of: next) else {
            return
        }
        context.ports.journal.warn("server lost", ["reservation.id": id.rawValue, "reason": loss])
        drive.take(failing)
    }

    /// What became of the first of its pods that is lost: a reservation of several nodes goes on with all or none.
    private func loss(of row: Reservation, _ intent: PodIntent) async throws(PodError) -> String? {
        for (index, names) in row.podNames(generation: intent.generation).enumerated() {
            guard let loss = Self.loss(try await context.ports.pods.pod(names)) else { continue }
            return row.nodeCount > 1 ? "node \(index): \(loss)" : loss
        }
        return nil
    }

    private static func loss(_ pod: PodSighting?) -> String? {
        guard let pod else { return "its pod was deleted" }
        if case .ended(let why) = pod.phase { return pod.loss ?? "its pod ended: \(why)" }
        return pod.isTerminating ? pod.loss ?? "its pod was deleted" : nil
    }
}
