import Foundation

extension Driver {
    /// PHASE 1: CreateVolume, which returns while the volume is `creating`, and its id to the row at once.
    func createVolume(_ row: Reservation, _ intent: DiskIntent) async throws -> Progress {
        let age = ports.time.now().timeIntervalSince(intent.writtenAt)
        if Duration.seconds(age) > settings.tokenTrust {
            return try await adoptByTag(row, intent, orBeginAnewBecause: "its token is no longer trusted")
        }
        let wait = context.gate.take()
        if wait > .zero {
            tell(row, .diskCreateStart, "Waiting for EC2's leave to make the disk")
            let waited: Void? = try await interrupt.unlessRaised { [time = ports.time] in
                try await time.sleep(for: wait)
            }
            guard waited != nil, context.membership.mayStartEffects else { return .lookAgain }
        }
        do {
            let volume = try await ports.volumes.create(intent)
            return try await keep(volume, of: intent, row)
        } catch let error as VolumeError {
            ports.journal.warn("CreateVolume failed", details(["reason": error.reason]))
            return try await recover(row, intent, from: error)
        }
    }

    /// Writes the id, and nothing comes between CreateVolume's answer and this.
    func keep(_ volume: VolumeID, of intent: DiskIntent, _ row: Reservation) async throws -> Progress {
        let answered = ports.time.moment()
        await ports.checkpoints.reached(.volumeCreated)
        let fact = VolumeFact(
            reservation: id,
            generation: intent.generation,
            token: intent.token,
            volume: volume,
            trace: [TraceEvent.volumeIDWriteStart.rawValue: answered.date.timeIntervalSince1970]
        )
        let outcome = try await context.keep(fact)
        marks.set(.volumeIDWriteStart, answered)
        mark(.volumeIDWriteEnd)
        ports.journal.note("volume made", details(["volume.id": volume.rawValue]))
        await ports.checkpoints.reached(.volumeIDWritten)
        guard case .recorded(let written) = outcome else { return .lookAgain }
        tell(written, .diskCreateStart, "Volume \(volume) is being created")
        return written.owner == me && written.fence == row.fence ? .next(written) : .lookAgain
    }

    private func recover(
        _ row: Reservation,
        _ intent: DiskIntent,
        from error: VolumeError
    ) async throws -> Progress {
        switch error.code {
        case .tokenMismatch:
            // The token is burnt, or its first call is still in flight: the tag tells which.
            return try await adoptByTag(row, intent, orBeginAnewBecause: error.reason)
        case .tryLater, .notFound, .inUse, .wrongState:
            // An error on a replay proves nothing about the first call.
            if let seen = try await seenByTag(intent) { return try await keep(seen.id, of: intent, row) }
            return try await waitForAnotherTry(row, intent, error)
        case .noCapacityInZone:
            if let seen = try await seenByTag(intent) { return try await keep(seen.id, of: intent, row) }
            marks.exhaust(intent.zone)
            if let moved = try await moveToAnotherZone(row, intent) { return .next(moved) }
            return try await stepBack(row, "No disk capacity in zone \(intent.zone)")
        case .cannotBeMade, .notAllowed:
            if let seen = try await seenByTag(intent) { return try await keep(seen.id, of: intent, row) }
            return .next(try await goOnWithoutDisk(row, "the disk can't be made: \(error.reason)"))
        }
    }

    private func waitForAnotherTry(
        _ row: Reservation,
        _ intent: DiskIntent,
        _ error: VolumeError
    ) async throws -> Progress {
        let waited = Duration.seconds(ports.time.now().timeIntervalSince(intent.writtenAt))
        guard waited < settings.diskBudget else {
            return try await stepBack(row, "The disk can't be made yet: \(error.reason)")
        }
        let wait = settings.backOff * (1 + 2 * ports.chance.fraction())
        _ = try await interrupt.unlessRaised { [time = ports.time] in try await time.sleep(for: wait) }
        return .lookAgain
    }

    private func adoptByTag(
        _ row: Reservation,
        _ intent: DiskIntent,
        orBeginAnewBecause cause: String
    ) async throws -> Progress {
        // EC2 shows a new volume by its tag some time after the call.
        for attempt in 0..<5 {
            if let seen = try await seenByTag(intent) { return try await keep(seen.id, of: intent, row) }
            guard attempt < 4 else { break }
            let slept: Void? = try await interrupt.unlessRaised { [time = ports.time, settings] in
                try await time.sleep(for: settings.volumePoll)
            }
            if slept == nil { return .lookAgain }
        }
        return .next(try await beginAnew(row, because: cause))
    }

    /// A living volume that bears this reservation's and generation's tag.
    func seenByTag(_ intent: DiskIntent) async throws -> VolumeSighting? {
        do {
            let seen = try await ports.volumes.volumes(of: id, generation: intent.generation)
            return seen.filter { $0.state == .creating || $0.state == .available || $0.state == .inUse }
                .min { ($0.createdAt ?? .distantFuture, $0.id) < ($1.createdAt ?? .distantFuture, $1.id) }
        } catch {
            throw LedgerError(.unavailable, "volumes can't be listed: \(error.reason)")
        }
    }
}

extension DriveContext {
    /// The only copy of an id is never dropped: it goes into the row, or onto `volumes.orphaned`.
    func keep(_ fact: VolumeFact) async throws -> FactOutcome {
        let deadline = ports.time.monotonic() + settings.lastWords
        while true {
            do {
                let outcome = try await ports.ledger.record(fact)
                if case .homeless = outcome {
                    try await report(fact, "its row is another generation's or gone")
                }
                return outcome
            } catch {
                ports.journal.warn(
                    "volume id not written yet",
                    ["volume.id": fact.volume.rawValue, "reason": "\(error)"]
                )
                guard ports.time.monotonic() < deadline else {
                    try await report(fact, "its id could not be written: \(error)")
                    throw error
                }
                do {
                    try await ports.time.sleep(for: settings.backOff)
                } catch let cancelled {
                    try await report(fact, "its worker stopped before the id could be written: \(error)")
                    throw cancelled
                }
            }
        }
    }

    private func report(_ fact: VolumeFact, _ cause: String) async throws {
        let report = OrphanReport(
            volume: fact.volume,
            reservation: fact.reservation,
            generation: fact.generation,
            phase: TraceEvent.diskCreateStart.rawValue,
            cause: cause
        )
        try await ports.events.publish(report)
    }
}
