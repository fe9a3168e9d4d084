import Foundation

extension Janitor {
    /// How many rows one read takes up.
    private static let chunk = 100

    /// Pods, services, claims, volumes and secrets of reservations that have ended, by uid.
    ///
    /// What bears the label of a reservation without a row is left alone: a row that is gone proves nothing.
    func endLeftovers(_ report: inout SweepReport) async throws {
        let objects = try await ports.pods.fleetObjects()
        // The cluster first, the table after.
        let ended = try await ended(among: objects.keys.sorted())
        for row in ended where report.stopped == nil {
            guard let left = objects[row.id], !left.isEmpty else { continue }
            for object in left {
                report.leftovers.append(
                    .init(kind: object.kind, name: object.name, reservation: row.id.rawValue)
                )
            }
            guard !report.isDryRun else { continue }
            do {
                _ = try await ports.pods.deleteAnchor(of: row.id)
                for object in left where !object.isTerminating { try await ports.pods.delete(object) }
            } catch {
                report.troubles.append("reservation \(row.id): \(error)")
            }
        }
    }

    /// Promises and locks of reservations that have ended and that nobody else ends.
    func endPromisesAndLocks(_ report: inout SweepReport) async throws {
        guard report.stopped == nil else { return }
        for node in try await ports.cleanups.allCapacity() where !node.promises.isEmpty {
            let ids = node.promises.keys.compactMap(ReservationID.init(rawValue:)).sorted()
            // A row with a promise of its own is still being worked on: its pod wasn't seen gone.
            let ended = try await ended(among: ids).filter { $0.promise == nil }
            guard !ended.isEmpty else { continue }
            var next = node
            for row in ended {
                next.promises[row.id.rawValue] = nil
                report.leftovers.append(
                    .init(kind: "Promise", name: "\(node.gpuType)/\(node.node)", reservation: row.id.rawValue)
                )
            }
            if !report.isDryRun { _ = try await commitUnlessRefused([.capacity(from: node, to: next)]) }
        }
        var token: DiskKey?
        repeat {
            let page = try await ports.cleanups.disks(after: token)
            try await endLocks(of: page.disks, &report)
            token = page.next
        } while token != nil
    }

    private func endLocks(of disks: [Disk], _ report: inout SweepReport) async throws {
        let held = disks.filter { $0.holder != nil }
        let ended = try await ended(among: Array(Set(held.compactMap { $0.holder?.reservation })).sorted())
        let rows = Dictionary(ended.map { ($0.id, $0) }) { one, _ in one }
        for disk in held {
            guard let holder = disk.holder, let row = rows[holder.reservation] else { continue }
            if let volume = row.podIntent?.storage.volume {
                // Its volume's row saves it, or finds that it is lost; this opens the row if nobody did.
                if !report.isDryRun, try await ports.cleanups.cleanup(volume) == nil {
                    let lock = "the disk's lock stands"
                    try await open(
                        volume,
                        OrphanReport(
                            volume: volume,
                            reservation: row.id,
                            generation: holder.generation,
                            phase: row.phase,
                            cause: lock
                        )
                    )
                }
                continue
            }
            report.leftovers.append(
                .init(kind: "Lock", name: disk.name.rawValue, reservation: row.id.rawValue)
            )
            var free = disk
            free.holder = nil
            if !report.isDryRun { _ = try await commitUnlessRefused([.disk(from: disk, to: free)]) }
        }
    }

    /// Those whose rows are terminal, read consistently.
    private func ended(among ids: [ReservationID]) async throws -> [Reservation] {
        var ended: [Reservation] = []
        for start in stride(from: 0, to: ids.count, by: Self.chunk) {
            let some = Array(ids[start..<min(start + Self.chunk, ids.count)])
            ended += try await ports.cleanups.reservations(some).filter(\.status.isTerminal)
        }
        return ended
    }

    /// What must be heard and nobody has published, and rows that no worker takes.
    func publishLeftOver(_ report: inout SweepReport) async throws {
        let ids = try await ports.ledger.work(of: .free, urgentOnly: false)
        let now = ports.time.now()
        for start in stride(from: 0, to: ids.count, by: Self.chunk) {
            let some = Array(ids[start..<min(start + Self.chunk, ids.count)])
            for row in try await ports.cleanups.reservations(some) where row.work?.holder == .free {
                if row.status.isTerminal, !row.unpublished.isEmpty {
                    if try await hear(row, report) { report.published.append(row.id) }
                } else if row.status.needsOwner, row.waits(at: now) > policy.untakenAfter {
                    report.untaken.append(row.id)
                }
            }
        }
    }

    private func hear(_ row: Reservation, _ report: SweepReport) async throws -> Bool {
        guard let events = ports.events, !report.isDryRun else { return false }
        for announcement in row.unpublished {
            switch announcement {
            case .status: try await events.publish(ReservationEvent(of: row, at: ports.time.now()))
            case .orphan(let orphan): try await events.publish(orphan)
            // Of a server that has ended: nobody needs a warning any more.
            case .warning, .podNotice: break
            }
        }
        var heard = row
        heard.unpublished = []
        heard.schedulePurge(at: ports.time.now(), after: policy.purgeAfter)
        return try await commitUnlessRefused([.reservation(from: row, to: heard)])
    }
}

extension Reservation {
    /// How long nothing has happened to it.
    fileprivate func waits(at now: Date) -> Duration {
        .seconds(now.timeIntervalSince(history.last?.timestamp ?? createdAt))
    }
}
