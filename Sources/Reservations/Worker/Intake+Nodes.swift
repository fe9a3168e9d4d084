import Foundation

/// Requests for one node of a reservation of several.
///
/// Such a request's own row is a pointer, written in one transaction with its entry in the row of the whole,
/// which is made by the first that comes.
extension Intake {
    func join(
        _ request: ReservationRequest,
        _ place: NodePlace,
        _ message: IncomingMessage,
        attempt: Int = 1
    ) async throws -> IntakeOutcome {
        guard attempt <= Self.maxContention else { return .againSoon("row \(place.master) keeps changing") }
        let existing = try await ports.ledger.reservation(request.reservationID)
        if let existing, existing.status != .awaited || existing.group != nil {
            guard existing.group == nil, existing.request?.asksTheSame(as: request) == true else {
                return .dead("reservation_id \(request.reservationID) is taken by another request")
            }
            return .done
        }
        let isAwaited = existing?.cancelledBy.contains(request.userID) == true
        guard !isTooOld(message) || isAwaited else {
            return .dead("the request is older than \(context.settings.maxRequestAge) and has no row")
        }
        let master = try await ports.ledger.reservation(place.master)
        if let reason = master?.objection(to: request, place) { return try await refuse(request, reason) }
        let binding: Decision.Row?
        switch try await welcome(request) {
        case .bound: binding = nil
        case .binds(let row): binding = row
        case .refused(let reason): return try await refuse(request, reason)
        }
        let pointer = pointer(request, place, message, existing)
        if let master, master.status.terminalStatus != nil {
            return try await joinLate(pointer, existing, master, place)
        }
        let isCancelled = isAwaited || master?.cancelledBy.contains(request.userID) == true
        let next = try whole(with: request, place, message, master, isCancelled: isCancelled)
        let decision = Decision([.reservation(from: master, to: next)])
            .and(.reservation(from: existing, to: pointer)).and(binding)
        guard let written = try await ports.ledger.commitUnlessRefused(decision, of: next) else {
            // Another node's request was admitted meanwhile, or a cancel.
            return try await join(request, place, message, attempt: attempt + 1)
        }
        context.pump.tell(ReservationEvent(of: pointer, at: ports.time.now()))
        guard written.owner == me else {
            context.pump.tell(ReservationEvent(of: written, at: ports.time.now()))
            return .done
        }
        await ports.checkpoints.reached(.admitted)
        begin(written)
        return .done
    }

    private func pointer(
        _ request: ReservationRequest,
        _ place: NodePlace,
        _ message: IncomingMessage,
        _ existing: Reservation?
    ) -> Reservation {
        let now = ports.time.now()
        var row = Reservation(id: request.reservationID, request: request, status: .joined, createdAt: now)
        row.appliedCommands = existing?.appliedCommands ?? []
        row.mark(.received, at: message.publishedAt ?? now)
        row.mark(.admitted, at: now)
        row.note("Node \(place.index) of \(place.total) of reservation \(place.master)", at: now)
        return row
    }

    /// The row of the whole with one node more.
    private func whole(
        with request: ReservationRequest,
        _ place: NodePlace,
        _ message: IncomingMessage,
        _ standing: Reservation?,
        isCancelled: Bool
    ) throws -> Reservation {
        let now = ports.time.now()
        var next: Reservation
        if let standing, standing.group != nil {
            next = standing
            // The disk, if there is to be one, is what node 0's request says.
            if place.index == 0 { next.request = request.forAll(as: place.master) }
        } else {
            next = Reservation(
                id: place.master,
                request: request.forAll(as: place.master),
                status: .awaited,
                createdAt: now
            )
            next.appliedCommands = standing?.appliedCommands ?? []
            next.version = standing?.version ?? 0
            let deadline = (ports.time.serviceNow() ?? now) + context.settings.nodesBudget / .seconds(1)
            next.group = NodeGroup(total: place.total, deadline: deadline)
            next.mark(.received, at: message.publishedAt ?? now)
        }
        next.group?.add(.init(index: place.index, reservation: request.reservationID))
        let known = next.group?.members.count ?? 0
        next.note("\(known) of \(place.total) nodes were asked for", at: now)
        guard isCancelled || next.group?.isComplete == true else { return next }
        next.owner = me
        next.fence = next.fence.next
        if isCancelled {
            try next.move(to: .cancelling)
            next.receipt = Receipt(
                startedAt: now,
                cause: "cancelled before its request came",
                by: request.userID.rawValue
            )
            next.note("Cancelled before all its nodes were asked for", at: now)
        } else {
            try next.move(to: .pending)
            next.mark(.admitted, at: now)
            next.note("Admitted", at: now)
        }
        return next
    }

    /// The whole has ended, or is about to: what comes now ends at once.
    private func joinLate(
        _ pointer: Reservation,
        _ existing: Reservation?,
        _ master: Reservation,
        _ place: NodePlace
    ) async throws -> IntakeOutcome {
        let now = ports.time.now()
        var late = pointer
        try late.move(to: .cancelled)
        late.endedAt = now
        late.purgeAt = now.addingTimeInterval(context.settings.purgeAfter / .seconds(1))
        let cause = "reservation \(place.master) was \(master.status.rawValue) when node \(place.index) came"
        late.receipt = Receipt(startedAt: now, cause: cause)
        late.note(cause, at: now)
        late.unpublished = [.status]
        let decision = Decision([.reservation(from: existing, to: late)])
        guard let written = try await ports.ledger.commitUnlessRefused(decision, of: late) else {
            return .againSoon("row \(pointer.id) changed")
        }
        try await context.hear(written)
        return .done
    }
}

extension Reservation {
    /// Why a node's request can't belong to the reservation that it names; nil if it can.
    fileprivate func objection(to request: ReservationRequest, _ place: NodePlace) -> String? {
        // A cancel alone came before it.
        if status == .awaited, group == nil { return nil }
        guard let group, let mine = self.request else {
            return "master_reservation_id \(id) is taken by another reservation"
        }
        guard mine.userID == request.userID else { return Intake.foreign(id, request.userID) }
        var differences: [String] = []
        func compare<Value: Equatable>(_ name: String, _ own: Value, _ other: Value) {
            if own != other { differences.append("\(name) is \(own), not \(other)") }
        }
        compare("total_nodes", group.total, place.total)
        compare("gpu_type", mine.gpuType, request.gpuType)
        compare("gpu_count", mine.gpuCount, request.gpuCount)
        compare("duration_hours", mine.durationHours, request.durationHours)
        compare("github_user", mine.githubUser, request.githubUser)
        if !differences.isEmpty {
            return "node \(place.index) must be like the other nodes of \(id): "
                + differences.joined(separator: "; ")
        }
        guard let taken = group[place.index] else { return nil }
        return "node \(place.index) of \(id) is reservation \(taken.reservation) already"
    }
}

extension ReservationRequest {
    /// What the whole asks for, as one node's request says it.
    fileprivate func forAll(as master: ReservationID) -> ReservationRequest {
        ReservationRequest(
            reservationID: master,
            userID: userID,
            gpuType: gpuType,
            gpuCount: gpuCount,
            durationHours: durationHours,
            name: name,
            githubUser: githubUser,
            diskName: diskName,
            noPersistentDisk: noPersistentDisk,
            recreateEnv: recreateEnv,
            version: version,
            createdAt: createdAt
        )
    }
}
