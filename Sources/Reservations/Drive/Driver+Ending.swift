import Foundation

extension Driver {
    /// Cancelled, failed, expired alike; each step looks at what is, so that it can be done again.
    func end(_ row: Reservation) async throws -> Progress {
        guard let end = row.status.terminalStatus else { return .letGo }
        await ports.checkpoints.reached(.endingWritten)
        let deadline = marks.endingSince(ports.time.monotonic()) + settings.endingBudget
        var row = row
        var receipt = row.receipt ?? Receipt(startedAt: ports.time.now(), cause: end.rawValue)
        row = try await settleIntent(row, &receipt, by: deadline)
        let isGone = try await deleteObjects(row, &receipt, by: deadline)
        return try await close(row, as: end, receipt, podIsGone: isGone)
    }

    /// An intent without an id is settled by replaying it: the id known, the token spent.
    private func settleIntent(
        _ row: Reservation,
        _ receipt: inout Receipt,
        by deadline: Duration
    ) async throws -> Reservation {
        let now = ports.time.now()
        guard let intent = row.diskIntent, intent.givenUp == nil else {
            receipt.enter(.intentSettled, .none, "no disk", at: now)
            return row
        }
        if let volume = row.volumeID {
            receipt.enter(.intentSettled, .done, volume.rawValue, at: now)
            return row
        }
        guard ports.time.monotonic() < deadline else {
            receipt.enter(.intentSettled, .overBudget, "EC2 didn't say; the sweep looks for its tag", at: now)
            return row
        }
        guard let volume = try await replayed(intent) else {
            receipt.enter(
                .intentSettled,
                .leftToJanitor,
                "no volume is known; the sweep looks for its tag",
                at: now
            )
            return row
        }
        let fact = VolumeFact(
            reservation: id,
            generation: intent.generation,
            token: intent.token,
            volume: volume
        )
        receipt.enter(.intentSettled, .done, volume.rawValue, at: now)
        guard case .recorded(let written) = try await context.keep(fact) else {
            throw LedgerError(.refused, "the row moved on while its intent was settled")
        }
        return written
    }

    func replayed(_ intent: DiskIntent) async throws -> VolumeID? {
        if let seen = try await seenByTag(intent) { return seen.id }
        let age = Duration.seconds(ports.time.now().timeIntervalSince(intent.writtenAt))
        guard age < settings.tokenTrust else { return nil }
        do {
            return try await ports.volumes.create(intent)
        } catch {
            ports.journal.note("intent not settled by replay", details(["reason": error.reason]))
            return try await seenByTag(intent)?.id
        }
    }

    /// The receipt as it fills, for those who wait for it.
    private func tell(_ row: Reservation, _ receipt: Receipt, _ detail: String) {
        var told = row
        told.receipt = receipt
        tell(told, nil, detail)
    }

    /// The anchor first: what a paused worker creates later refers to a dead uid.
    private func deleteObjects(
        _ row: Reservation,
        _ receipt: inout Receipt,
        by deadline: Duration
    ) async throws -> Bool {
        tell(row, receipt, "Deleting the server")
        var trouble = ""
        var seen: Set<SeenObject> = []
        while ports.time.monotonic() < deadline {
            do {
                let isGone = try await ports.pods.deleteAnchor(of: id)
                if isGone, !receipt.has(.anchorDeleted) {
                    receipt.enter(.anchorDeleted, .done, "anchor seen gone", at: ports.time.now())
                    tell(row, receipt, "The server is being taken away")
                    await ports.checkpoints.reached(.anchorDeleted)
                }
                let left = try await ports.pods.objects(of: id)
                seen.formUnion(left.map { SeenObject(kind: $0.kind, name: $0.name) })
                receipt.nodes = row.thingsByNode(seen)
                if isGone, left.isEmpty {
                    let gone =
                        seen.isEmpty
                        ? "nothing bears its label" : seen.map(\.description).sorted().joined(separator: ", ")
                    receipt.enter(.objectsDeleted, .done, String(gone.prefix(500)), at: ports.time.now())
                    tell(row, receipt, "The server is gone")
                    return true
                }
                trouble = left.map { "\($0.kind) \($0.name)" }.joined(separator: ", ")
                for object in left where !object.isTerminating { try await ports.pods.delete(object) }
            } catch {
                trouble = error.reason
            }
            let slept: Void? = try await interrupt.unlessRaised { [time = ports.time, settings] in
                try await time.sleep(for: settings.endingPoll)
            }
            if slept == nil { throw Interrupted() }
        }
        receipt.enter(.anchorDeleted, .overBudget, trouble, at: ports.time.now())
        receipt.enter(.objectsDeleted, .overBudget, trouble, at: ports.time.now())
        return false
    }

    /// Promise, lock, report and terminal status: one transaction, so that none can be forgotten.
    private func close(
        _ row: Reservation,
        as end: Status,
        _ receipt: Receipt,
        podIsGone: Bool
    ) async throws -> Progress {
        var receipt = receipt
        var others: [Decision.Row] = []
        let now = ports.time.now()
        if podIsGone {
            others += try await endedPromises(row)
            let hosts = row.promises.map(\.node).joined(separator: ", ")
            receipt.enter(.promiseEnded, row.promise == nil ? .none : .done, hosts, at: now)
        } else {
            receipt.enter(.promiseEnded, .overBudget, "its pod wasn't seen gone", at: now)
        }
        if let freed = try await endedLock(row, &receipt) { others.append(freed) }
        receipt.enter(
            .volumeReported,
            row.volumeID == nil ? .none : .leftToJanitor,
            row.volumeID?.rawValue ?? "no volume",
            at: now
        )
        others += try await endedPointers(row, as: end, receipt.cause)
        if let volume = row.volumeID, !receipt.volumes.contains(volume) { receipt.volumes.append(volume) }
        let ended = try await write(row, and: others) { row in
            try row.move(to: end)
            row.receipt = receipt
            row.endedAt = now
            if podIsGone { row.leaveMachines() }
            row.note("Ended: \(receipt.cause)", at: now)
            report(row.volumeID, generation: row.diskGeneration, receipt.cause, in: &row)
            row.unpublished.append(.status)
        }
        ports.journal.note("reservation ended", details(["status": end.rawValue]))
        await ports.checkpoints.reached(.endWritten)
        return .next(ended)
    }

    /// The lock ends here only if no pod intent named the volume; else the janitor saves it first.
    private func endedLock(_ row: Reservation, _ receipt: inout Receipt) async throws -> Decision.Row? {
        let now = ports.time.now()
        guard let intent = row.diskIntent, intent.givenUp == nil else {
            receipt.enter(.lockEnded, .none, "no disk was locked", at: now)
            return nil
        }
        guard row.podIntent?.storage.volume == nil else {
            receipt.enter(.lockEnded, .leftToJanitor, "the disk is saved first", at: now)
            return nil
        }
        receipt.enter(.lockEnded, .done, intent.disk.name.rawValue, at: now)
        guard let disk = try await ports.ledger.disk(intent.disk), disk.holder?.reservation == row.id else {
            return nil
        }
        var free = disk
        free.holder = nil
        return .disk(from: disk, to: free)
    }
}
