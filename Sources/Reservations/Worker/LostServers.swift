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
        let names = PodNames(id, generation: intent.generation)
        guard let loss = Self.loss(try await context.ports.pods.pod(names)) else { return }
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

    private static func loss(_ pod: PodSighting?) -> String? {
        guard let pod else { return "its pod was deleted" }
        if case .ended(let why) = pod.phase { return pod.loss ?? "its pod ended: \(why)" }
        return pod.isTerminating ? pod.loss ?? "its pod was deleted" : nil
    }
}
