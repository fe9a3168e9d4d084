import Foundation

/// Saves and deletes what reservations left behind; nothing else in the fleet may.
///
/// Reports become rows in `volume_cleanups`, and the work runs from the rows: several janitors may run,
/// and any may stop at any point.
package struct Janitor: Sendable {
    let ports: JanitorPorts
    let policy: JanitorPolicy
    let fleet: FleetID
    /// Turns for DeleteVolume and CreateSnapshot, which EC2 counts apart.
    let deletes: CallPace
    let saves: CallPace

    /// More steps than a volume takes from its report to its deletion.
    private static let mostSteps = 16

    package init(ports: JanitorPorts, policy: JanitorPolicy, fleet: FleetID) {
        self.ports = ports
        self.policy = policy
        self.fleet = fleet
        deletes = CallPace(perSecond: policy.callRate, burst: policy.callBurst)
        saves = CallPace(perSecond: policy.callRate, burst: policy.callBurst)
    }

    /// Takes note of a report; the row is the answer to it.
    package func accept(_ report: OrphanReport) async throws {
        try await open(report.volume, report)
    }

    /// Works off what is due, once.
    ///
    /// - Returns: how many cleanups were taken up.
    package func workOffDue() async throws -> Int {
        let due = try await ports.cleanups.dueCleanups(before: ports.time.now(), limit: policy.batch)
        try await workOff(due)
        return due.count
    }

    /// Works off what is due until cancelled.
    package func run() async {
        while !Task.isCancelled {
            do {
                let worked = try await workOffDue()
                if worked == policy.batch { continue }
            } catch {
                ports.journal.warn("cleanups not worked off", ["reason": "\(error)"])
            }
            do { try await ports.time.sleep(for: policy.dueInterval) } catch { return }
        }
    }

    /// Takes volumes as far as they go without waiting: each step looks with fresh eyes, at all together.
    ///
    /// One's trouble is written into its row and keeps no other waiting.
    ///
    /// - Parameter volumes: as many as one question to EC2 may name.
    /// - Throws: what kept the rows from being read or written; they stand as they were, and are due.
    func workOff(_ volumes: [VolumeID]) async throws {
        var open = volumes
        for _ in 0..<Self.mostSteps {
            if open.isEmpty || Task.isCancelled { return }
            open = try await round(open)
        }
    }
}
