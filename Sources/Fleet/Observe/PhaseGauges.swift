import Foundation
import Reservations

/// How long the reservations that a worker drives have been in their phases, beside how long they may be.
struct PhaseGauges: Sendable {
    private let budgets: [String: Duration]

    init(_ settings: WorkerSettings, _ budgets: BudgetSettings) {
        self.budgets = [
            "disk_create": settings.diskBudget,
            "disk_wait": settings.diskBudget,
            "github_keys_fetch": budgets.keys,
            "efs_setup": budgets.sharedStorage,
            "pod_create": settings.podBudget,
            "ssh_ready_check": settings.sshPoll * settings.sshPolls,
            "ending": settings.endingBudget,
        ]
    }

    func readings(_ reservations: [DrivenReservation], at now: Date) -> [GaugeReading] {
        var oldest: [String: TimeInterval] = [:]
        for reservation in reservations {
            guard let phase = phase(of: reservation) else { continue }
            oldest[phase] = max(oldest[phase] ?? 0, now.timeIntervalSince(reservation.since))
        }
        return budgets.sorted { $0.key < $1.key }.flatMap { phase, budget in
            [
                GaugeReading("berth_phase_oldest_seconds", [("phase", phase)], oldest[phase] ?? 0),
                GaugeReading("berth_phase_budget_seconds", [("phase", phase)], budget / .seconds(1)),
            ]
        }
    }

    /// Nil between two phases, and while it waits for GPUs.
    private func phase(of reservation: DrivenReservation) -> String? {
        if reservation.status.isEnding { return "ending" }
        guard reservation.status == .preparing, reservation.phase.hasSuffix("_start") else { return nil }
        let phase = String(reservation.phase.dropLast("_start".count))
        return budgets[phase] == nil ? nil : phase
    }
}
