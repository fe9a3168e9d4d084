package import Foundation

/// What one pass over everything came to.
package struct SweepReport: Codable, Sendable, Equatable {
    /// Something beside volumes that was ended, or would be.
    package struct Leftover: Codable, Sendable, Equatable {
        package let kind: String
        package let name: String
        package let reservation: String
    }

    /// What a volume that isn't gone waits for.
    package struct Waiting: Codable, Sendable, Equatable {
        package let volume: VolumeID
        package let verdict: String
        package let reasons: [String]
    }

    package var startedAt: Date
    package var isDryRun = false
    package var volumes = 0
    package var kept = 0
    package var deleted: [VolumeID] = []
    /// Under their tag; those that were tagged in this pass are in ``newlyQuarantined`` too.
    package var quarantined: [VolumeID] = []
    package var newlyQuarantined = 0
    /// Would be deleted, were the janitor not stopped, or were this not a dry run.
    package var wouldDelete: [Waiting] = []
    /// Still under way when the time was over.
    package var open: [Waiting] = []
    package var snapshots = 0
    package var purgedSnapshots: [SnapshotID] = []
    /// Pods, claims, promises, locks and the like of reservations that have ended.
    package var leftovers: [Leftover] = []
    /// Reservations whose last words were published.
    package var published: [ReservationID] = []
    /// Rows that need a worker and that none has taken.
    package var untaken: [ReservationID] = []
    /// Why nothing is deleted; nil: the janitors aren't stopped.
    package var stopped: String?
    /// Answers of AWS's services.
    package var calls = 0
    /// What couldn't be looked at; the rest was.
    package var troubles: [String] = []

    package init(startedAt: Date) { self.startedAt = startedAt }

    package var isComplete: Bool { open.isEmpty && troubles.isEmpty }

    /// Whether anything was done.
    package var didSomething: Bool {
        !deleted.isEmpty || newlyQuarantined > 0 || !purgedSnapshots.isEmpty || !leftovers.isEmpty
            || !published.isEmpty
    }
}

/// Why a sweep didn't begin, or didn't go on.
package enum SweepRefusal: Error, Sendable, CustomStringConvertible {
    case another(holder: String)
    case takenOver
    case endlessListing

    package var description: String {
        switch self {
        case .another(let holder): "another sweep is running: \(holder)"
        case .takenOver: "another sweep has taken over, since this one seemed dead"
        case .endlessListing: "a listing has no end: its next page is the one before"
        }
    }
}

extension Janitor {
    /// One pass: every volume of the fleet is judged, whatever intents or receipts say.
    ///
    /// Nothing is touched before the whole listing was read, and the world looks as it should.
    ///
    /// - Parameters:
    ///   - limit: how long to wait for what needs several looks (a snapshot, a delete).
    ///   - isDryRun: whether only to say what would be done.
    ///   - progress: told after each page and each round.
    /// - Returns: what was judged, deleted and left open.
    /// - Throws: what kept the listing or the tables from being read; ``SweepRefusal``.
    package func sweep(
        within limit: Duration,
        isDryRun: Bool = false,
        progress: @escaping @Sendable (SweepReport) -> Void = { _ in }
    ) async throws -> SweepReport {
        guard !isDryRun else { return try await pass(within: limit, isDryRun: true, progress) }
        return try await underLease { try await pass(within: limit, isDryRun: false, progress) }
    }

    private func pass(
        within limit: Duration,
        isDryRun: Bool,
        _ progress: @Sendable (SweepReport) -> Void
    ) async throws -> SweepReport {
        var report = SweepReport(startedAt: ports.time.now())
        report.isDryRun = isDryRun
        let deadline = ports.time.monotonic() + limit
        let witnesses = try await witnesses()
        var listing = FleetListing(witnesses: witnesses)
        try await list(into: &listing, &report, progress)
        report.stopped = try await distrust(listing, isDryRun: isDryRun)
        if isDryRun {
            try await rehearse(listing.candidates, &report)
        } else {
            for volume in listing.candidates { try await reopen(volume) }
            try await work(on: listing.candidates, until: deadline, &report, progress)
        }
        // One part's trouble must not keep the others from being done.
        await attempt("cluster", &report) { try await endLeftovers(&$0) }
        await attempt("promises and locks", &report) { try await endPromisesAndLocks(&$0) }
        await attempt("snapshots", &report) { try await sweepSnapshots(&$0) }
        await attempt("unpublished", &report) { try await publishLeftOver(&$0) }
        return report
    }

    private func attempt(
        _ what: String,
        _ report: inout SweepReport,
        _ deed: (inout SweepReport) async throws -> Void
    ) async {
        do { try await deed(&report) } catch {
            report.troubles.append("\(what): \(error)")
            ports.journal.warn("a part of the sweep failed", ["part": what, "reason": "\(error)"])
        }
    }

    /// Pages of the listing, each compared with the tables at once: only what nobody needs is remembered.
    private func list(
        into listing: inout FleetListing,
        _ report: inout SweepReport,
        _ progress: @Sendable (SweepReport) -> Void
    ) async throws {
        var token: String?
        while true {
            let page = try await ports.volumes.volumePage(ofFleet: fleet, after: token)
            let there = page.elements.filter { $0.state != .deleted }
            let ids = there.compactMap { $0.tags[VolumeTag.reservation].flatMap(ReservationID.init) }
            var rows: [ReservationID: Reservation]?
            do {
                let read = try await ports.cleanups.reservations(Array(Set(ids)))
                rows = Dictionary(read.map { ($0.id, $0) }) { one, _ in one }
            } catch {
                guard error.code == .malformed else { throw error }
                // One row that can't be read: then each volume of the page is judged by itself.
            }
            for volume in there {
                listing.note(
                    volume,
                    rows.map { rows in
                        volume.tags[VolumeTag.reservation].flatMap(ReservationID.init).flatMap { rows[$0] }
                    } ?? nil
                )
            }
            report.volumes = listing.count
            report.kept = listing.needed
            progress(report)
            guard let next = page.next else { return }
            guard next != token else { throw SweepRefusal.endlessListing }
            token = next
        }
    }

    /// Works on all until each rests or the time is over.
    private func work(
        on candidates: [VolumeID],
        until deadline: Duration,
        _ report: inout SweepReport,
        _ progress: @Sendable (SweepReport) -> Void
    ) async throws {
        var open = candidates
        while !open.isEmpty {
            var waiting: [VolumeID] = []
            report.open = []
            for start in stride(from: 0, to: open.count, by: policy.batch) {
                let some = Array(open[start..<min(start + policy.batch, open.count)])
                try await workOff(some)
                for volume in some where try await !tally(volume, &report) { waiting.append(volume) }
                progress(report)
            }
            open = waiting
            if open.isEmpty || ports.time.monotonic() >= deadline { return }
            try await ports.time.sleep(for: min(policy.lookAgain, max(policy.dueInterval, .seconds(1))))
        }
    }

    /// Enters what became of a volume; false if it needs another look.
    private func tally(_ volume: VolumeID, _ report: inout SweepReport) async throws -> Bool {
        guard let cleanup = try await ports.cleanups.cleanup(volume) else { return true }
        let waiting = SweepReport.Waiting(
            volume: volume,
            verdict: cleanup.verdict,
            reasons: cleanup.reasons
                + cleanup.evidence.filter { $0.kind == Fact.Kind.trouble.rawValue }.map(\.what)
        )
        // What an earlier pass said is no answer of this one.
        let isJudged = cleanup.judgedAt.map { $0 >= report.startedAt } ?? false
        switch (cleanup.state, isJudged ? cleanup.reasons.first.flatMap(Reason.init) : nil) {
        case (.deleted, _), (.gone, _): report.deleted.append(volume)
        case (.kept, _), (.open, .young?), (.open, .timeUnknown?), (.open, .keptByPerson?): report.kept += 1
        case (.open, .quarantine?):
            report.quarantined.append(volume)
            if let since = cleanup.judgedAt, since >= report.startedAt, cleanup.wasQuarantined(since: report)
            {
                report.newlyQuarantined += 1
            }
        case (.open, .stopped?): report.wouldDelete.append(waiting)
        case (.open, _):
            report.open.append(waiting)
            return false
        }
        return true
    }

    /// What would be done, without a write.
    private func rehearse(_ candidates: [VolumeID], _ report: inout SweepReport) async throws {
        for start in stride(from: 0, to: candidates.count, by: policy.batch) {
            let some = Array(candidates[start..<min(start + policy.batch, candidates.count)])
            for volume in some {
                let cloud = try await look(atCloud: [volume])
                let now = ports.time.now()
                let cleanup =
                    try await ports.cleanups.cleanup(volume)
                    ?? Cleanup(volume: volume, report: nil, dueAt: now, createdAt: now)
                let verdict = judge(try await look(at: volume, cleanup, cloud), policy)
                guard verdict.condemns else {
                    report.kept += 1
                    continue
                }
                report.wouldDelete.append(
                    .init(volume: volume, verdict: verdict.deed, reasons: verdict.reasons.map(\.rawValue))
                )
            }
        }
    }

    private func reopen(_ volume: VolumeID) async throws {
        let cleanup = try await open(volume, nil)
        guard cleanup.state != .open else { return }
        var next = cleanup
        next.state = .open
        next.dueAt = ports.time.now()
        _ = try await write(cleanup, next)
    }
}

/// A listing, as it grows: memory grows with what nobody needs, not with the fleet.
struct FleetListing {
    /// Volumes of running servers, which a whole listing must show.
    private(set) var witnesses: Set<VolumeID>
    let witnessCount: Int
    private(set) var count = 0
    private(set) var needed = 0
    private(set) var candidates: [VolumeID] = []

    init(witnesses: Set<VolumeID>) {
        self.witnesses = witnesses
        witnessCount = witnesses.count
    }

    mutating func note(_ volume: VolumeSighting, _ row: Reservation?) {
        count += 1
        witnesses.remove(volume.id)
        if row?.needs(volume) == true { needed += 1 } else { candidates.append(volume.id) }
    }
}

extension Cleanup {
    fileprivate func wasQuarantined(since report: SweepReport) -> Bool {
        guard let quarantinedAt else { return false }
        // The services' time beside the own: a minute is nothing to a report.
        return quarantinedAt >= report.startedAt.addingTimeInterval(-60)
    }
}
