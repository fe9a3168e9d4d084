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
        /// When it is looked at next; nil: nothing is recorded of it.
        package var dueAt: Date?
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
    /// What is due so soon after the first is asked with it.
    private static let gathering: Duration = .seconds(1)

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
            for start in stride(from: 0, to: listing.candidates.count, by: policy.batch) {
                let end = min(start + policy.batch, listing.candidates.count)
                try await takeUp(Array(listing.candidates[start..<end]))
            }
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
            let rows = try await rows(of: there)
            for volume in there {
                listing.note(volume, rows?[volume.id])
            }
            report.volumes = listing.count
            report.kept = listing.needed
            progress(report)
            guard let next = page.next else { return }
            guard next != token else { throw SweepRefusal.endlessListing }
            token = next
        }
    }

    /// The reservations that volumes' tags name; nil if one's row can't be read: each is then judged by itself.
    func rows(of volumes: [VolumeSighting]) async throws -> [VolumeID: Reservation]? {
        let named = volumes.compactMap { volume in
            volume.tags[VolumeTag.reservation].flatMap(ReservationID.init).map { (volume.id, $0) }
        }
        let read: [Reservation]
        do { read = try await ports.cleanups.reservations(Set(named.map(\.1)).sorted()) } catch {
            guard error.code == .malformed else { throw error }
            return nil
        }
        let rows = Dictionary(read.map { ($0.id, $0) }) { one, _ in one }
        return Dictionary(named.compactMap { id, name in rows[name].map { (id, $0) } }) { one, _ in one }
    }

    /// Works on all until each rests, or what is still to come is due after the time is over.
    ///
    /// Nothing is asked before it is due, and what is due at about the same time is asked together.
    private func work(
        on candidates: [VolumeID],
        until deadline: Duration,
        _ report: inout SweepReport,
        _ progress: @Sendable (SweepReport) -> Void
    ) async throws {
        var due = candidates
        var waiting: [VolumeID: SweepReport.Waiting] = [:]
        while true {
            for start in stride(from: 0, to: due.count, by: policy.batch) {
                let some = Array(due[start..<min(start + policy.batch, due.count)])
                try await workOff(some)
                for volume in some { waiting[volume] = nil }
                for entry in try await tally(some, &report) { waiting[entry.volume] = entry }
                progress(report)
            }
            report.open = waiting.values.sorted { $0.volume < $1.volume }
            guard let next = waiting.values.compactMap(\.dueAt).min() else { return }
            let wait = max(.seconds(next.timeIntervalSince(ports.time.now())), Self.gathering)
            if ports.time.monotonic() + wait > deadline { return }
            try await ports.time.sleep(for: wait)
            let soon = ports.time.now().addingTimeInterval(Self.gathering / .seconds(1))
            due = waiting.values.filter { ($0.dueAt ?? soon) <= soon }.map(\.volume).sorted()
        }
    }

    /// Enters what became of volumes.
    ///
    /// - Returns: those that need another look.
    private func tally(_ volumes: [VolumeID], _ report: inout SweepReport) async throws
        -> [SweepReport.Waiting]
    {
        var open: [SweepReport.Waiting] = []
        for cleanup in try await ports.cleanups.cleanups(volumes) {
            if let waiting = enter(cleanup, &report) { open.append(waiting) }
        }
        return open
    }

    private func enter(_ cleanup: Cleanup, _ report: inout SweepReport) -> SweepReport.Waiting? {
        let waiting = SweepReport.Waiting(
            volume: cleanup.volume,
            verdict: cleanup.verdict,
            reasons: cleanup.reasons
                + cleanup.evidence.filter { $0.kind == Fact.Kind.trouble.rawValue }.map(\.what),
            dueAt: cleanup.dueAt
        )
        // What an earlier pass said is no answer of this one.
        let isJudged = cleanup.judgedAt.map { $0 >= report.startedAt } ?? false
        switch (cleanup.state, isJudged ? cleanup.reasons.first.flatMap(Reason.init) : nil) {
        case (.deleted, _), (.gone, _): report.deleted.append(cleanup.volume)
        case (.kept, _), (.open, .young?), (.open, .timeUnknown?), (.open, .keptByPerson?): report.kept += 1
        case (.open, .quarantine?):
            report.quarantined.append(cleanup.volume)
            if cleanup.wasQuarantined(since: report) { report.newlyQuarantined += 1 }
        case (.open, .stopped?): report.wouldDelete.append(waiting)
        case (.open, _): return waiting
        }
        return nil
    }

    /// What would be done, without a write.
    private func rehearse(_ candidates: [VolumeID], _ report: inout SweepReport) async throws {
        for start in stride(from: 0, to: candidates.count, by: policy.batch) {
            let some = Array(candidates[start..<min(start + policy.batch, candidates.count)])
            let (rulings, outcome) = try await rehearse(some)
            for (volume, trouble) in outcome.troubles { report.troubles.append("\(volume): \(trouble)") }
            for ruling in rulings {
                guard ruling.verdict.condemns else {
                    report.kept += 1
                    continue
                }
                report.wouldDelete.append(
                    .init(
                        volume: ruling.volume,
                        verdict: ruling.verdict.deed,
                        reasons: ruling.verdict.reasons.map(\.rawValue)
                    )
                )
            }
        }
    }

    /// The verdicts on volumes as they are now, without a write.
    func rehearse(_ volumes: [VolumeID]) async throws -> (rulings: [Ruling], outcome: RoundOutcome) {
        var outcome = RoundOutcome()
        let now = ports.time.now()
        let rows = try await ports.cleanups.cleanups(volumes)
        let known = Dictionary(rows.map { ($0.volume, $0) }) { one, _ in one }
        let cleanups = volumes.map {
            known[$0] ?? Cleanup(volume: $0, report: nil, dueAt: now, createdAt: now)
        }
        let cloud = try await look(atCloud: volumes)
        let matters = try await look(at: cleanups, cloud, &outcome)
        return (matters.map { Ruling(matter: $0, verdict: judge($0, policy)) }, outcome)
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
