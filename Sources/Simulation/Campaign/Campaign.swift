/// Many runs, one after another, and what came of them.
package struct Campaign: Sendable {
    private let say: @Sendable (String) -> Void

    package init(say: @escaping @Sendable (String) -> Void) { self.say = say }

    /// Runs seeds until one fails.
    ///
    /// - Returns: whether all held.
    package func run(seeds: Int, from first: UInt64) -> Bool {
        let clock = ContinuousClock()
        let start = clock.now
        let points = SuspensionPoints()
        var jobs = 0
        var failed: [UInt64] = []
        for seed in first..<(first + UInt64(seeds)) {
            let report = FleetRun(Plan(seed: seed), points: points).run()
            jobs += report.jobs
            guard !report.violations.isEmpty else { continue }
            failed.append(seed)
            say("seed \(seed): \(report.violations.joined(separator: "; "))")
        }
        let minutes = (clock.now - start) / .seconds(60)
        let counts = points.counts
        say(
            "\(seeds) seeds, \(failed.count) failed, \(jobs / max(seeds, 1)) jobs each, \(Int(Double(seeds) / minutes)) a minute"
        )
        say("\(counts.reached) suspension points reached, \(counts.crashedAt) crashed at")
        return failed.isEmpty
    }

    /// Runs one seed.
    ///
    /// - Returns: whether it held.
    package func replay(_ seed: UInt64, isVerbose: Bool) -> Bool {
        let report = FleetRun(Plan(seed: seed)).run()
        if isVerbose { for line in report.log { say(line) } }
        for violation in report.violations { say("seed \(seed): \(violation)") }
        say("seed \(seed): \(report.jobs) jobs, \(report.duration) of simulated time")
        return report.violations.isEmpty
    }
}
