import Fleet
import Foundation
import Kafka
import Reservations

/// Shows a reservation's events as they come, until one ends the wait.
struct Watch: Sendable {
    let reservation: ReservationID
    let format: OutputFormat
    let limit: Duration
    private let startedAt = Date()

    init(reservation: ReservationID, format: OutputFormat, limit: Duration) {
        self.reservation = reservation
        self.format = format
        self.limit = limit
    }

    func begin() {
        if format == .text { print("requested \(reservation)") }
    }

    /// Returns after an `active` event or a wanted end; a failed reservation is exit code 1.
    func until(_ follower: EventFollower, ends: @escaping @Sendable (Status) -> Bool) async throws {
        let last = try await withThrowingTaskGroup(of: ReservationEvent?.self) { group in
            group.addTask {
                for try await event in follower.events(of: reservation) {
                    try show(event)
                    if ends(event.status) { return event }
                }
                return nil
            }
            group.addTask {
                try await Task.sleep(for: limit, clock: .continuous)
                throw StartError(
                    .tryAgain,
                    "\(reservation) isn't there yet after \(limit); is a worker running? It goes on by itself: "
                        + "berth show \(reservation)"
                )
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        guard let last else { throw StartError(.unavailable, "the events ended before the reservation did") }
        try conclude(last)
    }

    private func show(_ event: ReservationEvent) throws {
        switch format {
        case .json: try Printing.json(event)
        case .text:
            let seconds = String(format: "%+7.1f s", event.at.timeIntervalSince(startedAt))
            let phase = event.phase.padding(toLength: 24, withPad: " ", startingAt: 0)
            let status = event.status.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0)
            print("\(seconds)  \(status)  \(phase)  \(event.detail)")
        }
        // Somebody may follow at the other end of a pipe.
        fflush(nil)
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
            print("host key: \(connection.hostKey)")
        case .failed:
            Printing.toStandardError("failed: \(event.failureReason ?? event.detail)")
            throw ProcessStatus(1)
        default:
            print("\(event.status.rawValue): \(event.detail)")
            for entry in event.receipt?.entries ?? [] {
                print("  \(entry.step.rawValue): \(entry.outcome.rawValue) \(entry.detail)")
            }
        }
    }
}
