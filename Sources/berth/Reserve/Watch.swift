import Fleet
import Foundation
import Kafka
import Logging
import Reservations
import Synchronization

/// Shows a reservation's events as they come, until one ends the wait.
final class Watch: Sendable {
    /// Whose news are waited for.
    struct Subject: Sendable {
        let reservation: ReservationID
        /// Who asked.
        let user: UserID
        /// The command that was sent; nil for a request.
        var command: CommandID?
        /// Those that stand for the nodes of a reservation of several.
        var nodes: Set<ReservationID> = []

        /// Whether a refusal is the answer to what was asked here.
        func isMeant(by refusal: Refusal) -> Bool {
            guard refusal.userID == user, refusal.command == command else { return false }
            // A command on one node is refused by the reservation that the node belongs to.
            return command != nil || refusal.reservation == reservation
                || nodes.contains(refusal.reservation)
        }
    }

    /// What is said once if nobody answers.
    struct Silence: Sendable {
        let after: Duration
        let kafka: KafkaAccess
        let logger: Logger
        let group: String
        let consolation: String

        /// Whether the workers' group has members; nil if the brokers don't say.
        func hasMembers() async -> Bool? {
            guard let admin = try? Admin(configuration: kafka.configuration, logger: logger) else {
                return nil
            }
            defer { admin.close() }
            do {
                let description = try await admin.describeGroup(group, within: .seconds(5))
                // A broker that can't say answers as if it had never heard of the group.
                return description.state == "Unknown" ? nil : !description.members.isEmpty
            } catch {
                return nil
            }
        }
    }

    private let subject: Subject
    private let format: OutputFormat
    private let limit: Duration
    private let silence: Silence?
    /// What can be said of the wait of a reservation that queues; it is asked once.
    private let outlook: @Sendable () async -> String?
    private let startedAt = Date()
    private struct Shown {
        var events = 0
        var receiptEntries = 0
        var hasOutlook = false
    }
    private let shown = Mutex(Shown())

    init(
        of subject: Subject,
        format: OutputFormat,
        limit: Duration,
        silence: Silence? = nil,
        outlook: @escaping @Sendable () async -> String? = { nil }
    ) {
        self.outlook = outlook
        self.subject = subject
        self.format = format
        self.limit = limit
        self.silence = silence
    }

    func begin() {
        if format == .text { print("requested \(subject.reservation)") }
    }

    /// Returns after a wanted event; a failed reservation is exit code 1, a refusal 65.
    func until(
        _ follower: EventFollower,
        ends: @escaping @Sendable (ReservationEvent) -> Bool
    ) async throws {
        let last = try await withThrowingTaskGroup(of: ReservationEvent?.self) { group in
            group.addTask { try await self.follow(follower, ends) }
            group.addTask {
                try await self.breakSilence()
                try await Task.sleep(for: self.limit, clock: .continuous)
                throw StartError(
                    .tryAgain,
                    "\(self.subject.reservation) isn't there yet after \(self.limit); is a worker running? "
                        + "It goes on by itself: berth show \(self.subject.reservation)"
                )
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        guard let last else { throw StartError(.unavailable, "the events ended before the reservation did") }
        try conclude(last)
    }

    private func follow(
        _ follower: EventFollower,
        _ ends: @Sendable (ReservationEvent) -> Bool
    ) async throws -> ReservationEvent? {
        var course = ReservationCourse(of: subject.reservation)
        for try await heard in follower.heard {
            if case .refused(let refusal) = heard, subject.isMeant(by: refusal) {
                throw StartError(.badData, "refused: \(refusal.reason)")
            }
            guard let event = course.take(heard) else { continue }
            try show(event)
            if event.status == .queued { await showOutlook() }
            if ends(event) { return event }
            if course.isOver { return nil }
        }
        return nil
    }

    private func showOutlook() async {
        let isFirst = shown.withLock { shown in
            defer { shown.hasOutlook = true }
            return !shown.hasOutlook
        }
        guard isFirst, format == .text, let text = await outlook() else { return }
        print("            expected to start \(text)")
        fflush(nil)
    }

    private func breakSilence() async throws {
        guard let silence else { return }
        try await Task.sleep(for: min(silence.after, limit), clock: .continuous)
        guard shown.withLock({ $0.events == 0 }) else { return }
        let reason =
            switch await silence.hasMembers() {
            case true?: "the workers are there, but silent"
            case false?: "no worker is running"
            case nil: "is a worker running?"
            }
        Printing.toStandardError("no answer after \(silence.after): \(reason); \(silence.consolation)")
    }

    private func show(_ event: ReservationEvent) throws {
        let known = shown.withLock { shown in
            defer {
                shown.events += 1
                shown.receiptEntries = max(shown.receiptEntries, event.receipt?.entries.count ?? 0)
            }
            return shown.receiptEntries
        }
        switch format {
        case .json: try Printing.json(event)
        case .text:
            let seconds = String(format: "%+7.1f s", event.at.timeIntervalSince(startedAt))
            let phase = event.phase.padding(toLength: 24, withPad: " ", startingAt: 0)
            let status = event.status.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0)
            let place = event.queuePosition.map { " (place \($0) in the queue)" } ?? ""
            print("\(seconds)  \(status)  \(phase)  \(event.detail)\(place)")
            for entry in event.receipt?.entries.dropFirst(known) ?? [] { print(Self.line(entry)) }
        }
        // Somebody may follow at the other end of a pipe.
        fflush(nil)
    }

    static func line(_ entry: Receipt.Entry) -> String {
        "  \(entry.step.rawValue): \(entry.outcome.rawValue) \(entry.detail)"
    }

    private func conclude(_ event: ReservationEvent) throws {
        guard format == .text else {
            if event.status == .failed { throw ProcessStatus(1) }
            return
        }
        if let warning = event.warning { print("warning: \(warning)") }
        switch event.status {
        case .active:
            guard let connection = event.connection else { return }
            print("ready: \(connection.sshCommand)")
            for node in event.nodes ?? [] where node.index > 0 {
                print("node \(node.index): \(node.connection?.sshCommand ?? "")")
            }
            print("host key: \(connection.hostKey)")
            if let end = event.expiresAt { print("ends: \(end.formatted(.iso8601))") }
        case .failed:
            Printing.toStandardError("failed: \(event.failureReason ?? event.detail)")
            throw ProcessStatus(1)
        default: print("\(event.status.rawValue): \(event.detail)")
        }
    }
}
