import Foundation

/// A made-up fleet of one GPU type, over weeks: who asks when, and how long servers really run.
///
/// It knows what an estimator must not: the rhythm of the week, who extends, who goes home early, and when pods
/// are lost. What may be known is told, event by event, in the order of time.
package struct QueueWorld: Sendable {
    package struct Server: Sendable {
        package let number: Int
        package let gpus: Int
        /// Seconds that were asked for.
        package let planned: Double
        package let askedAt: Double
        package var node = ""
        package var startedAt = 0.0
        package var expiresAt = 0.0
        /// Known to the world alone until it happens.
        fileprivate var changes: [(at: Double, Change)] = []
    }

    fileprivate enum Change {
        case extends(by: Double)
        case ends
    }

    package enum News: Sendable {
        case asked(Server)
        case started(Server)
        case extended(Server)
        case ended(Server, at: Double)
    }

    package struct Settings: Sendable {
        package var seed: UInt64 = 1
        package var weeks = 8.0
        package var nodes = 6
        package var gpusPerNode = 8
        /// Requests an hour on a weekday at noon.
        package var rate = 3.6

        package init() {}
    }

    package let settings: Settings
    /// Tells what may be known; a started one's node and expiry are set.
    private var random: RandomStream
    private var queue: [Server] = []
    private var running: [Int: Server] = [:]
    private var free: [String: Int] = [:]
    private var now = 0.0
    private var nextRequest = 0.0
    private var count = 0

    package init(_ settings: Settings) {
        self.settings = settings
        random = RandomStream(seed: settings.seed)
        for number in 1...max(settings.nodes, 1) { free["node-\(number)"] = settings.gpusPerNode }
    }

    package var nodes: [String: Int] { free.mapValues { _ in settings.gpusPerNode } }

    /// Plays the weeks.
    package mutating func run(_ hear: (News, _ at: Double) -> Void) {
        nextRequest = random.exponential(mean: 600)
        let end = settings.weeks * 7 * 86_400
        while now < end {
            let due = running.values.compactMap { one in one.changes.first.map { ($0.at, one.number) } }
                .min { $0 < $1 }
            if let due, due.0 <= nextRequest {
                now = due.0
                change(due.1, hear)
            } else {
                now = nextRequest
                ask(hear)
            }
            start(hear)
        }
    }

    private mutating func ask(_ hear: (News, Double) -> Void) {
        nextRequest = now + random.exponential(mean: 3_600 / max(settings.rate * rhythm(at: now), 0.01))
        count += 1
        let gpus = random.pick([(1, 0.5), (2, 0.25), (4, 0.17), (8, 0.08)], or: 1)
        let hours = random.pick(
            [(2.0, 0.15), (4.0, 0.2), (8.0, 0.4), (12.0, 0.1), (24.0, 0.1), (48.0, 0.05)],
            or: 8
        )
        let server = Server(number: count, gpus: gpus, planned: hours * 3_600, askedAt: now)
        queue.append(server)
        hear(.asked(server), now)
    }

    /// Much by day, little by night, and less at the weekend; the first day is a Monday.
    private func rhythm(at time: Double) -> Double {
        let hour = (time / 3_600).truncatingRemainder(dividingBy: 24)
        let day = Int(time / 86_400) % 7
        let daily = 0.1 + 0.9 * max(0, sin((hour - 7) / 14 * .pi))
        return daily * (day >= 5 ? 0.3 : 1)
    }

    private mutating func start(_ hear: (News, Double) -> Void) {
        while let head = queue.first {
            let fitting = free.filter { $0.value >= head.gpus }
            guard let node = fitting.min(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key else { return }
            queue.removeFirst()
            var server = head
            server.node = node
            server.startedAt = now
            server.expiresAt = now + server.planned
            server.changes = fate(of: server)
            free[node, default: 0] -= server.gpus
            running[server.number] = server
            hear(.started(server), now)
        }
    }

    /// What will become of it: most run out, many go early, some are extended once or twice, a few are lost.
    private mutating func fate(of server: Server) -> [(at: Double, Change)] {
        var changes: [(at: Double, Change)] = []
        var end = server.expiresAt
        if random.chance(0.03) {
            return [(now + random.fraction() * server.planned, .ends)]
        }
        // At the end of the working day people go home, and some end what they don't need at night.
        let isDayShift = rhythm(at: now) > 0.4 && server.planned <= 12 * 3_600
        if random.chance(isDayShift ? 0.35 : 0.2) {
            return [(now + server.planned * (0.15 + 0.8 * random.fraction()), .ends)]
        }
        for _ in 0..<2 where random.chance(0.22) {
            let more = random.pick([(3_600.0, 0.4), (4 * 3_600.0, 0.4), (12 * 3_600.0, 0.2)], or: 3_600)
            changes.append((end - (0.02 + 0.2 * random.fraction()) * server.planned, .extends(by: more)))
            end += more
        }
        changes.append((end, .ends))
        return changes
    }

    private mutating func change(_ number: Int, _ hear: (News, Double) -> Void) {
        guard var server = running[number], !server.changes.isEmpty else { return }
        switch server.changes.removeFirst().1 {
        case .extends(let more):
            server.expiresAt += more
            running[number] = server
            hear(.extended(server), now)
        case .ends:
            running[number] = nil
            free[server.node, default: 0] += server.gpus
            hear(.ended(server, at: now), now)
        }
    }
}
