package import Reservations
import Synchronization

extension InMemoryLedger {
    @discardableResult
    package func commit(_ decision: Decision) async throws(LedgerError) -> Reservation? {
        let intercept = state.withLock { state -> Intercept? in
            guard let index = state.intercepts.firstIndex(where: { $0.matches(decision) }) else { return nil }
            return state.intercepts.remove(at: index)
        }
        await intercept?.run()
        let isLost = try await begin(.commit)
        let after = try state.withLock { state throws(LedgerError) in
            for row in decision.rows { try state.check(row) }
            state.lastWriteID += 1
            var written: Reservation?
            for row in decision.rows {
                if let reservation = state.apply(row, writeID: "w\(state.lastWriteID)") {
                    written = written ?? reservation
                }
            }
            state.writes.append(.decision(decision, after: written))
            return written
        }
        if let after {
            chronicle.add(
                "ledger: \(after.id.short) \(after.status.rawValue) v\(after.version) \(after.phase)"
            )
        }
        try await end(losing: isLost)
        return after
    }

    /// As the real ledger: into the living row on condition of the token, into the receipt of an ended one.
    package func record(_ fact: VolumeFact) async throws(LedgerError) -> FactOutcome {
        let isLost = try await begin(.record)
        let outcome = state.withLock { state in
            let outcome = state.record(fact)
            state.writes.append(.fact(fact, outcome))
            return outcome
        }
        chronicle.add("ledger: fact \(fact.volume)")
        try await end(losing: isLost)
        return outcome
    }
}

extension InMemoryLedger.State {
    fileprivate func check(_ row: Decision.Row) throws(LedgerError) {
        let stands =
            switch row {
            case .reservation(let old, let new): try stands(old, new)
            case .disk(let old, let new):
                disks[new.key]?.version == old?.version && (old == nil || old?.key == new.key)
            case .capacity(let old, let new):
                capacity[.init(type: new.gpuType, node: new.node)]?.version == old?.version
            case .cleanup(let old, let new):
                cleanups[new.volume]?.version == old?.version
            case .user(let old, let new): users[new.userID]?.version == old?.version
            case .fleet(let old, _): fleet?.version == old.version
            case .sweep(let old, _): sweep?.version == old?.version
            }
        guard stands else { throw LedgerError(.refused, "a row isn't as it was read: \(row.name)") }
    }

    private func stands(_ old: Reservation?, _ new: Reservation) throws(LedgerError) -> Bool {
        guard let old else { return reservations[new.id] == nil }
        guard old.id == new.id, old.status.canMove(to: new.status) else {
            throw LedgerError(.malformed, "no row may go from \(old.status) to \(new.status)")
        }
        guard let row = reservations[old.id] else { return false }
        return row.version == old.version && row.owner == old.owner && row.fence == old.fence
    }

    fileprivate mutating func apply(_ row: Decision.Row, writeID: String) -> Reservation? {
        switch row {
        case .reservation(let old, var new):
            new.version = (old?.version ?? 0) + 1
            new.writeID = writeID
            reservations[new.id] = new
            return new
        case .disk(let old, var new):
            new.version = (old?.version ?? 0) + 1
            new.writeID = writeID
            disks[new.key] = new
        case .capacity(let old, var new):
            new.version = (old?.version ?? 0) + 1
            new.writeID = writeID
            capacity[.init(type: new.gpuType, node: new.node)] = new
        case .cleanup(let old, var new):
            new.version = (old?.version ?? 0) + 1
            new.writeID = writeID
            put(new)
        case .user(let old, var new):
            new.version = (old?.version ?? 0) + 1
            new.writeID = writeID
            users[new.userID] = new
        case .fleet(let old, var new):
            new.version = old.version + 1
            new.writeID = writeID
            fleet = new
        case .sweep(let old, var new):
            new.version = (old?.version ?? 0) + 1
            new.writeID = writeID
            sweep = new
        }
        return nil
    }

    fileprivate mutating func record(_ fact: VolumeFact) -> FactOutcome {
        guard var row = reservations[fact.reservation], row.diskIntent?.token == fact.token else {
            return .homeless
        }
        if row.status.isTerminal { return enter(fact, into: row) }
        if let known = row.volumeID { return known == fact.volume ? .recorded(row) : .homeless }
        row.volumeID = fact.volume
        row.trace.merge(fact.trace) { _, new in new }
        row.version += 1
        reservations[row.id] = row
        return .recorded(row)
    }

    private mutating func enter(_ fact: VolumeFact, into ended: Reservation) -> FactOutcome {
        var row = ended
        var receipt = row.receipt ?? Receipt(startedAt: row.endedAt ?? row.createdAt, cause: row.detail)
        guard !receipt.volumes.contains(fact.volume) else { return .recorded(row) }
        receipt.volumes.append(fact.volume)
        row.receipt = receipt
        row.trace.merge(fact.trace) { _, late in late }
        let report = OrphanReport(
            volume: fact.volume,
            reservation: fact.reservation,
            generation: fact.generation,
            phase: row.phase,
            cause: "the volume became known after the reservation was \(row.status.rawValue)"
        )
        row.unpublished.append(.orphan(report))
        row.purgeAt = nil
        row.version += 1
        reservations[row.id] = row
        return .recorded(row)
    }
}

extension Decision.Row {
    fileprivate var name: String {
        switch self {
        case .reservation(_, let new): "reservation \(new.id.short)"
        case .disk(_, let new): "disk \(new.name)"
        case .capacity(_, let new): "capacity \(new.node)"
        case .cleanup(_, let new): "cleanup \(new.volume)"
        case .user(_, let new): "user \(new.userID)"
        case .fleet: "fleet"
        case .sweep: "sweep"
        }
    }
}

extension Decision {
    /// The reservation's row as it is to be, if it concerns one.
    package var reservation: Reservation? {
        for case .reservation(_, let new) in rows { return new }
        return nil
    }
}
