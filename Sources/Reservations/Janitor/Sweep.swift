package import Foundation

/// What one pass over everything came to.
package struct SweepReport: Codable, Sendable, Equatable {
    package var volumes = 0
    package var kept = 0
    package var deleted: [VolumeID] = []
    package var open: [VolumeID] = []
    package var startedAt: Date
    package var isComplete = false

    package init(startedAt: Date) { self.startedAt = startedAt }
}

extension Janitor {
    /// One pass: every volume of the fleet is judged, whatever intents or receipts say.
    ///
    /// - Parameters:
    ///   - limit: how long to wait for what needs several looks (a snapshot, a delete).
    ///   - progress: told after each volume.
    /// - Returns: what was judged, deleted and left open.
    /// - Throws: what kept the listing or the tables from being read.
    package func sweep(
        within limit: Duration,
        progress: @Sendable (SweepReport) -> Void = { _ in }
    ) async throws -> SweepReport {
        var report = SweepReport(startedAt: ports.time.now())
        let deadline = ports.time.monotonic() + limit
        let volumes = try await ports.volumes.volumes(ofFleet: fleet)
        report.volumes = volumes.count
        var open: Set<VolumeID> = []
        for volume in volumes where volume.state != .deleted {
            try await reopen(volume.id)
            open.insert(volume.id)
        }
        while true {
            for volume in open.sorted() {
                guard await processed(volume) else { continue }
                guard let cleanup = try await ports.cleanups.cleanup(volume) else { continue }
                switch cleanup.state {
                case .deleted, .gone: report.deleted.append(volume)
                case .kept: report.kept += 1
                case .open where cleanup.isWaitingForAge: report.kept += 1
                case .open: continue
                }
                open.remove(volume)
                progress(report)
            }
            if open.isEmpty || ports.time.monotonic() >= deadline { break }
            try await ports.time.sleep(for: policy.dueInterval)
        }
        report.open = open.sorted()
        report.isComplete = open.isEmpty
        return report
    }

    /// One volume's trouble must not keep the others from being judged: false, and it stays open.
    private func processed(_ volume: VolumeID) async -> Bool {
        do {
            try await process(volume)
            return true
        } catch {
            ports.journal.warn("volume not judged", ["volume.id": volume.rawValue, "reason": "\(error)"])
            return false
        }
    }

    private func reopen(_ volume: VolumeID) async throws {
        let cleanup = try await open(volume, nil)
        guard cleanup.state != .open else { return }
        var next = cleanup
        next.state = .open
        _ = try await write(try await ports.cleanups.cleanup(volume), next)
    }
}

extension Cleanup {
    /// Open only because the volume is too young to be judged.
    var isWaitingForAge: Bool {
        evidence == [Verdict.Reason.young.rawValue] || evidence == [Verdict.Reason.timeUnknown.rawValue]
    }
}
