import Synchronization

/// This worker's standing in the ledger of workers: its beat, and whether it may still start anything.
package final class Membership: Sendable {
    package enum Standing: Sendable, Equatable {
        case alive
        /// Somebody wrote that this worker is dead: facts may still be written, nothing may be started.
        case declaredDead
        case left
    }

    /// How this worker stands, for whoever asks after its health.
    package struct Report: Sendable {
        package let standing: Standing
        /// Since the last accepted beat was sent; nil before it joined.
        package let sinceAccepted: Duration?
        /// Since a beat was last tried: what shows a loop that hangs.
        package let sinceTried: Duration?
        /// Why the last beat wasn't accepted, if it wasn't.
        package let trouble: String?
        package let mayStartEffects: Bool
    }

    private struct State {
        var triedAt: Duration?
        var trouble: String?
        var beat = 0
        var standing = Standing.alive
        /// When the last accepted beat was sent.
        var acceptedAt: Duration?
        var lastWasAccepted = false
        var healthy = Duration.zero
    }

    package let id: WorkerID
    private let roster: any WorkerRoster
    private let time: any Timepiece
    private let journal: any Journal
    private let settings: WorkerSettings
    private let state = Mutex(State())
    private let over = Interrupt()

    package init(
        id: WorkerID,
        roster: any WorkerRoster,
        time: any Timepiece,
        journal: any Journal,
        settings: WorkerSettings
    ) {
        self.id = id
        self.roster = roster
        self.time = time
        self.journal = journal
        self.settings = settings
    }

    package var standing: Standing { state.withLock(\.standing) }

    /// Time in which this worker's own beats were accepted.
    package var healthyTime: Duration { state.withLock(\.healthy) }

    package var report: Report {
        let now = time.monotonic()
        let mayStart = mayStartEffects
        return state.withLock { state in
            Report(
                standing: state.standing,
                sinceAccepted: state.acceptedAt.map { now - $0 },
                sinceTried: state.triedAt.map { now - $0 },
                trouble: state.trouble,
                mayStartEffects: mayStart
            )
        }
    }

    /// Whether an effect may be started: not once others may be about to declare this worker dead.
    package var mayStartEffects: Bool {
        let now = time.monotonic()
        return state.withLock { state in
            guard state.standing == .alive, let acceptedAt = state.acceptedAt else { return false }
            return now - acceptedAt <= settings.lease * 2 / 3
        }
    }

    package func join(host: String, softwareVersion: String) async throws(LedgerError) {
        let sentAt = time.monotonic()
        let row = WorkerRow(
            id: id,
            beat: 0,
            state: .alive,
            host: host,
            softwareVersion: softwareVersion,
            inFlight: 0,
            startedAt: time.now()
        )
        try await roster.join(row)
        accepted(beat: 0, sentAt: sentAt)
    }

    /// Beats until cancelled, or until somebody wrote that this worker is dead.
    package func beat(inFlight: @Sendable () -> Int) async {
        while !Task.isCancelled, standing == .alive {
            do { try await time.sleep(for: settings.beatInterval) } catch { return }
            await beatOnce(inFlight: inFlight())
        }
    }

    private func beatOnce(inFlight: Int) async {
        let sentAt = time.monotonic()
        let next = state.withLock { state in
            state.triedAt = sentAt
            return state.beat + 1
        }
        do {
            try await roster.beat(id, beat: next, inFlight: inFlight)
            accepted(beat: next, sentAt: sentAt)
        } catch  where error.code == .refused {
            let isByOthers = state.withLock { state in
                // A beat under way while this worker wrote its own death is refused, too.
                guard state.standing == .alive else { return false }
                state.standing = .declaredDead
                return true
            }
            guard isByOthers else { return }
            over.raise()
            journal.warn("declared dead by others: starts nothing more", ["worker": id.rawValue])
        } catch {
            state.withLock { state in
                state.lastWasAccepted = false
                state.trouble = error.reason
            }
            journal.warn("beat not accepted", ["worker": id.rawValue, "reason": error.reason])
        }
    }

    private func accepted(beat: Int, sentAt: Duration) {
        state.withLock { state in
            if state.lastWasAccepted, let before = state.acceptedAt {
                // A longer gap is a pause of this process, or a ledger that hardly answers: it saw nothing
                // meanwhile.
                let gap = sentAt - before
                if gap <= settings.beatInterval * 3 { state.healthy += gap }
            }
            state.beat = beat
            state.acceptedAt = sentAt
            state.triedAt = sentAt
            state.trouble = nil
            state.lastWasAccepted = true
        }
    }

    /// Returns once others declared this worker dead.
    func isOver() async {
        await over.raised()
    }

    /// Writes one's own death, so that others adopt at once what is left.
    ///
    /// - Returns: whether it was written, by this call.
    package func leave() async -> Bool {
        let beat = state.withLock { state in
            guard state.standing == .alive else { return Int?.none }
            state.standing = .left
            return state.beat
        }
        guard let beat else { return false }
        do {
            try await roster.declareDead(id, atBeat: beat)
            return true
        } catch {
            journal.warn("own death not written; others will find it", ["reason": error.reason])
            return false
        }
    }
}
