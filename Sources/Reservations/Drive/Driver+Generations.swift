import Foundation

extension Driver {
    /// The next generation: new token, new intent and the lock's new holder in one transaction; the old
    /// volume, if one is known, goes to the janitor.
    func beginAnew(_ row: Reservation, because cause: String) async throws -> Reservation {
        guard let intent = row.diskIntent else { throw LedgerError(.malformed, "no intent to begin anew") }
        let attempts = row.diskGeneration - row.attemptedFrom + 1
        guard attempts < settings.maxGenerations else {
            return try await goOnWithoutDisk(
                row,
                "no usable disk after \(attempts) attempts: \(cause)"
            )
        }
        let (disk, next) = try await heldDisk(row, intent) { holder in
            DiskHolder(
                reservation: holder.reservation,
                generation: row.diskGeneration + 1,
                headVersion: holder.headVersion
            )
        }
        let now = ports.time.now()
        let written = try await write(row, and: [.disk(from: disk, to: next)]) { row in
            report(row.volumeID, generation: row.diskGeneration, cause, in: &row)
            row.volumeID = nil
            row.diskGeneration += 1
            row.note("The disk is made anew: \(cause)", at: now)
            row.diskIntent = DiskIntent(
                for: row,
                disk: next,
                zone: intent.zone,
                fleet: context.fleet,
                defaults: settings.disk,
                at: now
            )
        }
        tell(written)
        return try await published(written)
    }

    /// Disk trouble is not the user's trouble: `emptyDir`, and a warning that says why.
    func goOnWithoutDisk(_ row: Reservation, _ reason: String) async throws -> Reservation {
        guard let intent = row.diskIntent else { throw LedgerError(.malformed, "no intent to give up") }
        let (disk, next) = try await heldDisk(row, intent) { _ in nil }
        let now = ports.time.now()
        let written = try await write(row, and: [.disk(from: disk, to: next)]) { row in
            report(row.volumeID, generation: row.diskGeneration, reason, in: &row)
            row.volumeID = nil
            row.diskIntent?.givenUp = String(reason.prefix(500))
            row.warning = String(
                "No persistent disk: \(reason). Files are lost when the server ends.".prefix(1_000)
            )
            row.note("Going on without a persistent disk", at: now)
        }
        tell(written)
        return try await published(written)
    }

    /// Back to the queue, in one transaction: promise and lock ended, the generation spent.
    ///
    /// An open intent is settled first, by replaying it: a volume that comes of that is the reservation's, and
    /// then nothing is wrong any more. What EC2 doesn't say is found by its tag, by the sweep.
    func stepBack(_ row: Reservation, _ why: String) async throws -> Progress {
        if let intent = row.diskIntent, intent.givenUp == nil, row.volumeID == nil,
            let volume = try await replayed(intent)
        {
            return try await keep(volume, of: intent, row)
        }
        let now = ports.time.now()
        var others: [Decision.Row] = []
        if let intent = row.diskIntent, intent.givenUp == nil {
            let (disk, next) = try await heldDisk(row, intent) { _ in nil }
            others.append(.disk(from: disk, to: next))
        }
        others += try await endedPromises(row)
        let written = try await write(row, and: others) { row in
            try row.move(to: .queued)
            report(row.volumeID, generation: row.diskGeneration, why, in: &row)
            row.owner = nil
            row.leaveMachines()
            row.volumeID = nil
            row.diskIntent = nil
            row.diskGeneration += 1
            row.notBefore = now.addingTimeInterval(30)
            row.note(why, at: now)
        }
        tell(written)
        return .letGo
    }

    /// The disk as this reservation holds it, and as it is to be; refused if the lock isn't ours.
    func heldDisk(
        _ row: Reservation,
        _ intent: DiskIntent,
        _ change: (DiskHolder) -> DiskHolder?
    ) async throws -> (from: Disk, to: Disk) {
        guard let disk = try await ports.ledger.disk(intent.disk), let holder = disk.holder,
            holder.reservation == row.id
        else { throw LedgerError(.refused, "the disk's lock is not this reservation's") }
        var next = disk
        next.holder = change(holder)
        return (disk, next)
    }

    func endedPromises(_ row: Reservation) async throws -> [Decision.Row] {
        guard let promise = row.promise else { return [] }
        let rows = try await ports.ledger.capacity(of: promise.gpuType)
        return CapacityPlan.moving(row.id, count: 0, of: promise.gpuType, to: [], promised: rows)
    }

    func report(_ volume: VolumeID?, generation: Int, _ cause: String, in row: inout Reservation) {
        guard let volume else { return }
        let report = OrphanReport(
            volume: volume,
            reservation: row.id,
            generation: generation,
            phase: row.phase,
            cause: String(cause.prefix(500))
        )
        if !row.unpublished.contains(.orphan(report)) { row.unpublished.append(.orphan(report)) }
    }

    /// Publishes now what must be heard; if the broker can't be reached it stays in the row.
    func published(_ row: Reservation) async throws -> Reservation {
        guard !row.unpublished.isEmpty else { return row }
        let left: [Announcement]
        do {
            left = try await context.publishAll(of: row)
        } catch {
            ports.journal.warn("not published yet; it stays in the row", details(["reason": "\(error)"]))
            return row
        }
        return left == row.unpublished
            ? row
            : try await write(row) { row in
                row.unpublished = left
                row.schedulePurge(at: ports.time.now(), after: settings.purgeAfter)
            }
    }

    func publish(_ row: Reservation) async throws -> Progress {
        let left = try await context.publishAll(of: row)
        _ = try await write(row) { row in
            row.unpublished = left
            // Nobody is needed for a row that has been heard.
            row.owner = nil
            row.schedulePurge(at: ports.time.now(), after: settings.purgeAfter)
        }
        return .letGo
    }
}

extension DriveContext {
    /// Says all that must still be heard.
    ///
    /// - Returns: what couldn't be said yet, and must stay in the row.
    /// - Throws: `SinkError`; then all of it must.
    func publishAll(of row: Reservation) async throws -> [Announcement] {
        var left: [Announcement] = []
        for announcement in row.unpublished {
            switch announcement {
            case .status:
                try await ports.events.publish(ReservationEvent(of: row, at: ports.time.now()))
                for member in row.group?.members ?? [] {
                    try await ports.events.publish(
                        ReservationEvent(of: row, node: member, at: ports.time.now())
                    )
                }
            case .orphan(let report): try await ports.events.publish(report)
            case .warning(let minutes):
                try await ports.events.publish(ExpiryWarning.event(of: row, minutes, at: ports.time.now()))
            case .podNotice: if await !tellPod(row) { left.append(announcement) }
            }
        }
        if row.status.isTerminal, let type = row.request?.gpuType {
            try await ports.events.hintCapacity(of: type)
        }
        return left
    }
}
