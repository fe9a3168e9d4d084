import QueueWorld
import Reservations

/// Knows of a fleet what has happened so far, and estimates the wait of each request that has to queue.
struct EtaObserver {
    private struct Open {
        let estimate: QueueEstimate
        /// By the expiries alone, as they stand.
        let naive: QueueEstimate
        let waits: [Double]
    }

    private let nodes: [String: Int]
    private var running: [Int: QueueScene.Running] = [:]
    private var queue: [(number: Int, waiting: QueueScene.Waiting)] = []
    private var open: [Int: Open] = [:]
    private var past: [PastRun] = []
    private var calibration = EstimateCalibration()

    init(nodes: [String: Int]) { self.nodes = nodes }

    /// Takes what happened; answers once a wait that was estimated is over.
    mutating func hear(_ news: QueueWorld.News, at now: Double) -> (
        estimate: QueueEstimate, naive: QueueEstimate, wait: Double
    )? {
        switch news {
        case .asked(let server):
            queue.append((server.number, QueueScene.Waiting(gpus: server.gpus, seconds: server.planned)))
            estimate(server.number, now)
        case .started(let server):
            queue.removeAll { $0.number == server.number }
            running[server.number] = QueueScene.Running(
                node: server.node,
                gpus: server.gpus,
                since: server.startedAt,
                expiresAt: server.expiresAt
            )
            guard let one = open.removeValue(forKey: server.number) else { return nil }
            let wait = now - server.askedAt
            // Whoever started at once had nothing to be told.
            guard wait > 0 else { return nil }
            calibration.learn(one.waits, truth: wait)
            return (one.estimate, one.naive, wait)
        case .extended(let server):
            running[server.number] = QueueScene.Running(
                node: server.node,
                gpus: server.gpus,
                since: server.startedAt,
                expiresAt: server.expiresAt
            )
        case .ended(let server, let end):
            running[server.number] = nil
            past.append(PastRun(planned: server.planned, actual: end - server.startedAt))
        }
        return nil
    }

    private mutating func estimate(_ number: Int, _ now: Double) {
        let scene = QueueScene(
            now: now,
            nodes: nodes,
            running: running.sorted { $0.key < $1.key }.map(\.value),
            waiting: queue.map(\.waiting)
        )
        let estimator = QueueEstimator(past: past, calibration: calibration)
        guard let estimate = estimator.estimate(scene), let waits = estimator.waits(in: scene),
            let naive = QueueEstimator(past: []).estimate(scene)
        else { return }
        open[number] = Open(estimate: estimate, naive: naive, waits: waits)
    }
}
