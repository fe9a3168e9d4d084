import Foundation
import Reservations
import WorkQueue

/// How a worker is.
struct WorkerHealth: Observed {
    let id: WorkerID
    let version: String
    let lease: Duration
    let membership: @Sendable () -> Membership.Report
    let reservations: @Sendable () -> [DrivenReservation]
    let queue: @Sendable () async -> QueueReading

    func liveness() async -> HealthReport {
        let report = membership()
        var checks: [HealthReport.Check] = []
        checks.append(.init("standing", report.standing != .declaredDead, "\(report.standing)"))
        // A beat that isn't accepted is the ledger's trouble; one that isn't tried is this process's.
        let tried = report.sinceTried ?? .zero
        checks.append(.init("beat loop", tried <= lease * 2, "tried a beat \(seconds(tried)) ago"))
        return HealthReport(checks)
    }

    func readiness() async -> HealthReport {
        let report = membership()
        let beat: HealthReport.Check
        if report.standing != .alive {
            beat = .init("lease", false, "this worker is \(report.standing)")
        } else if let since = report.sinceAccepted {
            let detail = "the last accepted beat was sent \(seconds(since)) ago"
            beat = .init("lease", report.mayStartEffects, detail)
        } else {
            beat = .init("lease", false, "this worker hasn't joined yet")
        }
        let ledger = HealthReport.Check(
            "ledger",
            report.trouble == nil,
            report.trouble ?? "beats are accepted"
        )
        return HealthReport([beat, ledger, QueueHealth.readiness(await queue())])
    }

    func state() async -> DebugState {
        let status = await queue().queue
        var state = DebugState(process: id.rawValue, version: version)
        state.queue = status.topics.mapValues(QueueHealth.state)
        state.oldestHandlerSeconds = status.oldestRun.map { $0 / .seconds(1) }
        state.reservations = reservations().map { row in
            DebugState.Item(
                reservation: row.id.rawValue,
                status: row.status.rawValue,
                phase: row.phase,
                detail: row.detail,
                since: WireJSON.text(row.since)
            )
        }
        return state
    }

    private func seconds(_ duration: Duration) -> String {
        duration.formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 1)))
    }
}

/// How a janitor is: its queue alone tells, since its rows are as good as their due times.
struct JanitorHealth: Observed {
    let id: String
    let version: String
    let queue: @Sendable () async -> QueueReading

    func liveness() async -> HealthReport {
        HealthReport([QueueHealth.liveness(await queue())])
    }

    func readiness() async -> HealthReport {
        HealthReport([QueueHealth.readiness(await queue())])
    }

    func state() async -> DebugState {
        let status = await queue().queue
        var state = DebugState(process: id, version: version)
        state.queue = status.topics.mapValues(QueueHealth.state)
        state.oldestHandlerSeconds = status.oldestRun.map { $0 / .seconds(1) }
        return state
    }
}
