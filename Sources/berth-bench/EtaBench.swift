import ArgumentParser
import Fleet
import QueueWorld
import Reservations

/// Estimates of waits in the queue, beside what the waits turned out to be.
struct EtaBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eta",
        abstract: "How often a queued reservation got its GPUs before p50 and before p90 of its estimate.",
        discussion: """
            A generator plays weeks of a fleet with extensions, early ends, lost pods and a weekly rhythm. The
            estimator hears only what has happened by then. Estimates of the first week are for learning.
            """
    )

    @Option(help: "How many fleets are played.")
    var worlds = 6

    @Option(help: "How many weeks each.")
    var weeks = 8.0

    @Option(help: "A file for the figures as JSON.")
    var json: String?

    func run() async throws {
        await ProcessMain.run("berth-bench eta") {
            var score = EtaScore()
            var stale = EtaScore()
            for number in 0..<worlds {
                var settings = QueueWorld.Settings()
                settings.seed = UInt64(number + 1)
                settings.weeks = weeks
                // From a fleet where few wait to one where many do.
                settings.rate *= 0.85 + 0.1 * Double(number % 4)
                play(QueueWorld(settings), &score, &stale)
            }
            guard score.count > 0 else { throw StartError(.badData, "nobody had to wait") }
            try Figure.report(figures(score, stale), to: json)
        }
    }

    private func play(_ world: QueueWorld, _ score: inout EtaScore, _ stale: inout EtaScore) {
        var world = world
        var observer = EtaObserver(nodes: world.nodes)
        world.run { news, now in
            guard let (estimate, naive, wait) = observer.hear(news, at: now) else { return }
            // The first week teaches how far one can trust the ends.
            guard now > 7 * 86_400 else { return }
            score.add(estimate, wait)
            stale.add(naive, wait)
        }
    }

    private func figures(_ score: EtaScore, _ stale: EtaScore) -> [Figure] {
        [
            Figure("eta_p50_coverage", score.underP50, unit: "share", from: 0.45, to: 0.55),
            Figure("eta_p90_coverage", score.underP90, unit: "share", from: 0.85, to: 0.95),
            Figure("eta_expiries_alone_coverage", stale.underP50, unit: "share"),
            Figure("eta_p50_error_median_s", Figure.percentile(0.5, of: score.errors), unit: "s"),
            Figure("eta_expiries_alone_error_median_s", Figure.percentile(0.5, of: stale.errors), unit: "s"),
            Figure("eta_range_median_s", Figure.percentile(0.5, of: score.ranges), unit: "s"),
            Figure("wait_median_s", Figure.percentile(0.5, of: score.waits), unit: "s"),
            Figure("estimates", Double(score.count), unit: "estimates"),
        ]
    }
}

/// How estimates turned out.
struct EtaScore {
    private var hits50 = 0
    private var hits90 = 0
    private(set) var errors: [Double] = []
    private(set) var ranges: [Double] = []
    private(set) var waits: [Double] = []

    var count: Int { waits.count }
    var underP50: Double { Double(hits50) / Double(max(count, 1)) }
    var underP90: Double { Double(hits90) / Double(max(count, 1)) }

    mutating func add(_ estimate: QueueEstimate, _ wait: Double) {
        if wait <= estimate.p50 { hits50 += 1 }
        if wait <= estimate.p90 { hits90 += 1 }
        errors.append(abs(wait - estimate.p50))
        ranges.append(estimate.p90 - estimate.p50)
        waits.append(wait)
    }
}
