import Foundation

extension Janitor {
    func lookAgain(_ rulings: [Ruling]) async throws {
        _ = try await commitAll(
            rulings.map { ruling in
                guard case .lookAgain(let wait, let reasons) = ruling.verdict else {
                    return later(ruling.matter, after: policy.lookAgain, ruling.verdict.reasons)
                }
                return later(ruling.matter, after: wait, reasons)
            }
        )
    }

    /// The row as it is to be while its volume waits for something.
    func later(_ matter: VolumeCase, after wait: Duration, _ reasons: [Reason]) -> RowChange {
        let now = ports.time.now()
        return matter.change { cleanup in
            let isGoing = matter.volume.value == nil || matter.volume.value?.state == .deleting
            // What was seen when it was deleted is what a person will want to know.
            if cleanup.stage != .deleting || !isGoing { cleanup.note("look again", reasons, matter, at: now) }
            cleanup.dueAt = now.addingTimeInterval(wait / .seconds(1))
            let isMissing = matter.volume.value == nil || matter.volume.value?.state == .error
            if isMissing, cleanup.absentSince == nil { cleanup.absentSince = matter.serviceNow }
        }
    }

    func lookAgain(_ matter: VolumeCase, after wait: Duration, _ reasons: [Reason]) async throws {
        _ = try await commitUnlessRefused(later(matter, after: wait, reasons).rows)
    }

    /// Not to be touched, and the row rests until a report or a sweep opens it.
    func keep(_ rulings: [Ruling]) async throws {
        for ruling in rulings { try await liftQuarantine(ruling.matter) }
        let now = ports.time.now()
        _ = try await commitAll(
            rulings.map { ruling in
                ruling.matter.change { cleanup in
                    cleanup.note("keep", ruling.verdict.reasons, ruling.matter, at: now)
                    cleanup.state = .kept
                    cleanup.stage = nil
                    cleanup.quarantinedAt = nil
                }
            }
        )
    }

    /// Volumes that are gone; with one that took its disk's lock along, the head stays and the lock ends.
    func settleGone(_ rulings: [Ruling]) async throws {
        let written = try await commitAll(rulings.map(closing))
        for ruling in rulings where written.contains(ruling.volume) && ruling.matter.tookTheLockWithIt {
            ports.journal.alert(
                "a volume with unsaved work is lost; the disk's head stays",
                [
                    "volume.id": ruling.volume.rawValue,
                    "reservation.id": ruling.matter.row?.id.rawValue ?? "",
                ]
            )
        }
        if !written.isEmpty { await ports.checkpoints.reached(.deletionRecorded) }
    }

    private func closing(_ ruling: Ruling) -> RowChange {
        let matter = ruling.matter
        var others: [Decision.Row] = []
        if matter.tookTheLockWithIt, let disk = matter.disk.value {
            var free = disk
            free.holder = nil
            others.append(.disk(from: disk, to: free))
        }
        let isOurs = matter.cleanup.stage == .deleting
        let now = ports.time.now()
        let goneAt = matter.serviceNow ?? now
        if let row = matter.row, row.status.isTerminal {
            var closed = row
            var receipt = row.receipt ?? Receipt(startedAt: row.endedAt ?? now, cause: row.detail)
            let end: Receipt.Closing.End = matter.tookTheLockWithIt ? .lost : isOurs ? .deleted : .gone
            let snapshot = matter.cleanup.snapshot
            receipt.close(.init(volume: matter.id, end: end, snapshot: snapshot, at: goneAt))
            closed.receipt = receipt
            closed.schedulePurge(at: now, after: policy.purgeAfter)
            others.append(.reservation(from: row, to: closed))
        }
        return matter.change(and: others) { cleanup in
            if !isOurs { cleanup.note("gone", ruling.verdict.reasons, matter, at: now) }
            cleanup.state = isOurs ? .deleted : .gone
            cleanup.stage = nil
            cleanup.deletedAt = goneAt
            // The evidence stays as long as the reservation's own row.
            let purgeAt = goneAt.addingTimeInterval(policy.purgeAfter / .seconds(1))
            cleanup.purgeAt = Int(purgeAt.timeIntervalSince1970.rounded(.up))
        }
    }
}

extension Cleanup {
    /// A verdict and what it rests on.
    mutating func note(_ verdict: String, _ reasons: [Reason], _ matter: VolumeCase, at time: Date) {
        self.verdict = verdict
        self.reasons = reasons.map(\.rawValue)
        evidence = matter.facts
        judgedAt = time
        attempts = 0
    }
}

extension VolumeCase {
    /// Whether the disk's lock waits for this volume's work, which will never come.
    var tookTheLockWithIt: Bool {
        guard let row, row.status.isTerminal, let holder = disk.value?.holder else { return false }
        return holder.reservation == row.id && row.podIntent?.storage.volume == id && cleanup.snapshot == nil
    }
}
