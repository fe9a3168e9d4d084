package import Foundation

/// When those who queue for a GPU type get their GPUs, told from rows alone: nothing is stored for it.
///
/// How earlier estimates turned out is found by making them again, from what was known at their time.
package struct QueueForecast: Sendable {
    /// Waits of the past that are estimated again; each costs as much as an estimate.
    static let replays = 40
    /// Shorter waits were no queue.
    private static let shortest = 30.0

    private struct Life {
        let id: ReservationID
        let node: String
        let gpus: Int
        let planned: Double
        let createdAt: Double
        let promisedAt: Double?
        let launchedAt: Double?
        let endedAt: Double?
        let expiresAt: Double?

        func isQueued(at time: Double) -> Bool {
            createdAt <= time && (promisedAt ?? .infinity) > time && (endedAt ?? .infinity) > time
        }

        /// From the promise on the GPUs are taken.
        func isRunning(at time: Double) -> Bool {
            guard let promisedAt, promisedAt <= time else { return false }
            return (endedAt ?? .infinity) > time
        }

        var past: PastRun? {
            guard let launchedAt, let endedAt, endedAt >= launchedAt else { return nil }
            return PastRun(planned: planned, actual: endedAt - launchedAt)
        }
    }

    private let nodes: [String: Int]
    private let lives: [Life]
    private let now: Double

    /// A forecast for one type.
    ///
    /// - Parameters:
    ///   - type: of GPU.
    ///   - nodes: how many GPUs each node has.
    ///   - rows: who waits and runs, and who has ended of late; others' are left out.
    ///   - now: the time.
    package init(of type: GPUType, nodes: [String: Int], rows: [Reservation], at now: Date) {
        self.nodes = nodes
        self.now = now.timeIntervalSince1970
        lives = rows.filter { $0.request?.gpuType == type }.compactMap(Self.life).sorted {
            ($0.createdAt, $0.id) < ($1.createdAt, $1.id)
        }
    }

    /// The range for each that waits, by id; whom no node can ever hold is left out.
    package func estimates() -> [ReservationID: QueueEstimate] {
        let queued = lives.filter { $0.isQueued(at: now) }
        guard !queued.isEmpty else { return [:] }
        let estimator = QueueEstimator(past: past(until: now), calibration: calibration())
        var found: [ReservationID: QueueEstimate] = [:]
        for index in queued.indices {
            found[queued[index].id] = estimator.estimate(scene(at: now, queued.prefix(through: index)))
        }
        return found
    }

    private func past(until time: Double) -> [PastRun] {
        lives.filter { ($0.endedAt ?? .infinity) <= time }
            .sorted { ($0.endedAt ?? 0) < ($1.endedAt ?? 0) }
            .compactMap(\.past)
    }

    private func scene(at time: Double, _ queued: some Sequence<Life>) -> QueueScene {
        QueueScene(
            now: time,
            nodes: nodes,
            running: lives.filter { $0.isRunning(at: time) && nodes[$0.node] != nil }.map { one in
                let since = one.launchedAt ?? one.promisedAt ?? time
                // Of the past the extensions aren't known any more: what was planned is what was known.
                let end = (time == now ? one.expiresAt : nil) ?? since + one.planned
                return QueueScene.Running(node: one.node, gpus: one.gpus, since: since, expiresAt: end)
            },
            waiting: queued.map { QueueScene.Waiting(gpus: $0.gpus, seconds: $0.planned) }
        )
    }

    private func calibration() -> EstimateCalibration {
        var calibration = EstimateCalibration()
        let waits = lives.compactMap { one -> (Life, Double)? in
            guard let promisedAt = one.promisedAt, promisedAt - one.createdAt >= Self.shortest else {
                return nil
            }
            return (one, promisedAt - one.createdAt)
        }
        for (one, wait) in waits.suffix(Self.replays) {
            let queued = lives.filter { $0.isQueued(at: one.createdAt) && $0.createdAt <= one.createdAt }
            let estimator = QueueEstimator(past: past(until: one.createdAt))
            guard let futures = estimator.waits(in: scene(at: one.createdAt, queued)) else { continue }
            calibration.learn(futures, truth: wait)
        }
        return calibration
    }

    private static func life(of row: Reservation) -> Life? {
        guard let request = row.request else { return nil }
        let promised =
            row.status == .queued || row.status == .pending
            ? nil : row.trace[TraceEvent.capacityPromised.rawValue]
        return Life(
            id: row.id,
            node: row.podIntent?.node ?? row.promise?.node ?? "",
            gpus: max(request.gpuCount, 1),
            planned: request.durationHours * 3_600,
            createdAt: row.createdAt.timeIntervalSince1970,
            promisedAt: promised,
            launchedAt: row.launchedAt?.timeIntervalSince1970,
            endedAt: row.endedAt?.timeIntervalSince1970,
            expiresAt: row.expiresAt?.timeIntervalSince1970
        )
    }
}
