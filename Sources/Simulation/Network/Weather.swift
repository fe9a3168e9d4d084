import Synchronization

/// What a call may be to.
package enum Service: String, Sendable, CaseIterable {
    case table, ec2, cluster, broker, github, efs, ssh
}

/// What becomes of a call.
struct Fate: Sendable {
    var there: Duration
    var back: Duration
    /// It never arrives.
    var isRefused = false
    /// It takes effect, and its answer doesn't come.
    var isLost = false
    /// The caller gives up long before it arrives.
    var patience: Duration = .seconds(30)
}

/// How services and the way to them behave, drawn from the run's seed.
struct Weather: Sendable {
    var numbers: SeededNumbers
    /// Chances of a call in a storm; nothing goes wrong in a calm.
    var isStormy = false
    var refusals = 0.01
    var losses = 0.01
    var lateness = 0.003
    var outages: Set<Service> = []
    /// What a machine can't reach.
    var partitions: [String: Set<Service>] = [:]

    mutating func fraction() -> Double { Double(numbers.next() >> 11) / 9_007_199_254_740_992 }

    mutating func fate(of service: Service, from machine: String) -> Fate {
        var fate = Fate(there: latency(of: service), back: latency(of: service))
        let isCutOff = outages.contains(service) || partitions[machine]?.contains(service) == true
        let chance = fraction()
        if isCutOff {
            fate.there = .milliseconds(200 + Int(fraction() * 4_000))
            fate.isRefused = chance < 0.9
            fate.isLost = !fate.isRefused
            return fate
        }
        guard isStormy else { return fate }
        if chance < refusals {
            fate.isRefused = true
        } else if chance < refusals + losses {
            fate.isLost = true
        } else if chance < refusals + losses + lateness {
            fate.there = .milliseconds(Int(fraction() * 90_000))
            fate.patience = .seconds(10)
        }
        return fate
    }

    /// Milliseconds mostly, seconds at times.
    private mutating func latency(of service: Service) -> Duration {
        let scale = service == .ec2 ? 8.0 : service == .table || service == .broker ? 1 : 3
        let chance = fraction()
        let most = !isStormy || chance < 0.93 ? 10.0 : chance < 0.995 ? 100 : 700
        return .microseconds(Int((1 + fraction() * most) * scale * 500))
    }
}
