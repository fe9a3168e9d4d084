import Foundation

extension Intake {
    /// More time for a running server, once for each command, however often that is delivered.
    func extend(
        _ command: ExtendCommand,
        _ message: IncomingMessage,
        attempt: Int = 1
    ) async throws -> IntakeOutcome {
        guard attempt <= Self.maxContention else {
            return .againSoon("row \(command.reservationID) keeps changing")
        }
        guard let row = try await ports.ledger.reservation(command.reservationID),
            row.status != .awaited || row.group != nil
        else {
            // The request may be on its way, on another partition.
            if isYoung(message) { return .againSoon("there is no reservation \(command.reservationID) yet") }
            return try await refuse(command, "there is no reservation \(command.reservationID)")
        }
        if row.status == .joined, row.userID == command.userID, let place = row.pointer {
            return try await extend(command.aimed(at: place.master), message, attempt: attempt + 1)
        }
        let limit = context.settings.extensionLimit
        switch command.judged(on: row, limit: limit, at: ports.time.serviceNow()) {
        case .applied: return .done
        case .refuse(let reason): return try await refuse(command, reason)
        case .extend(let end):
            let now = ports.time.now()
            var next = row
            next.expiresAt = end
            next.warningsSent = [:]
            next.remember(command.id)
            next.note("Extended by \(command.userID) to \(end.formatted(.iso8601))", at: now)
            // What must be heard already tells of the row as it then stands.
            for news in [Announcement.status, .podNotice] where !next.unpublished.contains(news) {
                next.unpublished.append(news)
            }
            let decision = try Decision(from: row, to: next)
            guard let written = try await ports.ledger.commitUnlessRefused(decision, of: next) else {
                return try await extend(command, message, attempt: attempt + 1)
            }
            do {
                try await context.hear(written)
            } catch {
                // It stays in the row, and is heard at a look of loop 3.
                ports.journal.warn(
                    "extension not told yet",
                    ["reservation.id": row.id.rawValue, "reason": "\(error)"]
                )
            }
            return .done
        }
    }

    private func isYoung(_ message: IncomingMessage) -> Bool {
        guard let publishedAt = message.publishedAt else { return false }
        let now = ports.time.serviceNow() ?? ports.time.now()
        return now.timeIntervalSince(publishedAt) < context.settings.commandBudget / .seconds(1)
    }
}
