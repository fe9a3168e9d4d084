import Reservations
import Testing

@Suite("When a queued reservation gets its GPUs") struct QueueEstimatorTests {
    private static func run(_ node: String = "node-1", gpus: Int = 4, hours: Double) -> QueueScene.Running {
        QueueScene.Running(node: node, gpus: gpus, since: -3_600, expiresAt: hours * 3_600)
    }

    private static func scene(
        _ running: [QueueScene.Running],
        _ waiting: [Int],
        nodes: [String: Int] = ["node-1": 4, "node-2": 4]
    ) -> QueueScene {
        QueueScene(
            now: 0,
            nodes: nodes,
            running: running,
            waiting: waiting.map { QueueScene.Waiting(gpus: $0, seconds: 3_600) }
        )
    }

    /// Everybody stayed just as long as planned.
    private static let punctual = QueueEstimator(
        past: Array(repeating: PastRun(planned: 100, actual: 100), count: 50)
    )

    @Test func `where everybody leaves on time, it is the first end that makes room`() throws {
        let scene = Self.scene([Self.run(hours: 3), Self.run("node-2", hours: 2)], [4])
        let estimate = try #require(Self.punctual.estimate(scene))
        // On time, or a little later for those of whom nobody stayed so long.
        #expect((7_200...8_000).contains(estimate.p50))
        #expect(estimate.p90 >= estimate.p50)
    }

    @Test func `who comes later waits longer`() throws {
        let running = [Self.run(hours: 3), Self.run("node-2", hours: 2)]
        let waits = try [[4], [4, 4], [4, 4, 4]].map {
            try #require(Self.punctual.estimate(Self.scene(running, $0))).p50
        }
        #expect(waits[0] < waits[1] && waits[1] <= waits[2])
    }

    @Test func `the head of the queue holds up whoever is behind it, small as he may be`() throws {
        let running = [Self.run(gpus: 3, hours: 3), Self.run("node-2", gpus: 4, hours: 5)]
        let estimate = try #require(Self.punctual.estimate(Self.scene(running, [4, 1])))
        #expect(estimate.p50 >= 3 * 3_600)
    }

    @Test func `what no node has is never estimated, and holds nobody up`() throws {
        #expect(Self.punctual.estimate(Self.scene([], [8])) == nil)
        let estimate = try #require(Self.punctual.estimate(Self.scene([], [8, 1])))
        #expect(estimate.p50 == 0)
    }

    @Test func `people who leave early make the estimate shorter`() throws {
        let scene = Self.scene([Self.run(hours: 9), Self.run("node-2", hours: 9)], [4])
        let hasty = QueueEstimator(
            past: (1...100).map { PastRun(planned: 100, actual: Double($0)) }
        )
        let early = try #require(hasty.estimate(scene))
        let late = try #require(Self.punctual.estimate(scene))
        #expect(early.p50 < late.p50 * 0.7)
        #expect(early.p50 < early.p90)
    }

    @Test func `estimates that were too low raise those to come`() throws {
        let scene = Self.scene([Self.run(hours: 9), Self.run("node-2", hours: 9)], [4])
        let past = (1...100).map { PastRun(planned: 100, actual: Double($0)) }
        let plain = QueueEstimator(past: past)
        let waits = try #require(plain.waits(in: scene))
        var calibration = EstimateCalibration()
        for _ in 0..<200 { calibration.learn(waits, truth: waits[180]) }
        let warned = try #require(QueueEstimator(past: past, calibration: calibration).estimate(scene))
        let before = try #require(plain.estimate(scene))
        #expect(warned.p50 > before.p50)
        #expect(warned.p90 >= before.p50)
    }

    @Test func `it is the same for everybody who asks`() {
        let scene = Self.scene([Self.run(hours: 9), Self.run("node-2", hours: 4)], [2, 4])
        let past = (1...100).map { PastRun(planned: 100, actual: Double($0)) }
        #expect(QueueEstimator(past: past).estimate(scene) == QueueEstimator(past: past).estimate(scene))
    }

    @Test(arguments: [
        [PastRun](), [PastRun(planned: 0, actual: 5)], [PastRun(planned: -1, actual: 5)],
        Array(repeating: PastRun(planned: 1, actual: 0), count: 20),
    ])
    func `odd pasts give an estimate too`(past: [PastRun]) throws {
        let scene = Self.scene([Self.run(hours: 2), Self.run("node-2", hours: -1)], [4])
        let estimate = try #require(QueueEstimator(past: past).estimate(scene))
        #expect(estimate.p50 >= 0 && estimate.p90.isFinite)
    }
}
