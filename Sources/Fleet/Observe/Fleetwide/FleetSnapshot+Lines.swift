import Foundation

extension FleetSnapshot {
    /// For people, no line longer than `width`.
    package func lines(width: Int) -> [String] {
        var lines = ["\(at.formatted(.iso8601))  \(counts(statuses, "no reservations"))"]
        lines.append("queue  \(counts(queued, "empty"))")
        lines.append("lag    \(counts(lag.mapValues { Int($0) }, "unknown"))")
        lines += ["", "WORKER              IN FLIGHT  VERSION   HOST"]
        if workers.isEmpty { lines.append("none is alive") }
        for worker in workers {
            lines.append(
                [
                    left(short(worker.worker), 18), right("\(worker.inFlight)", 9), left(worker.version, 8),
                    worker.host,
                ].joined(separator: "  ")
            )
        }
        if !underWay.isEmpty { lines += ["", "UNDER WAY"] + underWay.map(line) }
        if !failures.isEmpty { lines += ["", "FAILED LAST"] + failures.map(line) }
        if !troubles.isEmpty { lines += ["", "CAN'T BE SEEN"] + troubles }
        return lines.map { String($0.prefix(width)) }
    }

    private func line(_ item: Item) -> String {
        let age = Int(max(0, at.timeIntervalSince(item.since)))
        return [
            String(item.reservation.prefix(8)), left(item.status, 10), left(item.phase, 22),
            right("\(age) s", 8),
            left(item.owner.map(short) ?? "-", 18), item.detail,
        ].joined(separator: "  ")
    }

    private func counts(_ counts: [String: Int], _ none: String) -> String {
        let shown = counts.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        if shown.isEmpty { return counts.isEmpty ? none : "nothing" }
        return shown.map { "\($0.key) \($0.value)" }.joined(separator: "  ")
    }

    private func short(_ worker: String) -> String { String(worker.prefix("worker-".count + 8)) }

    private func left(_ text: String, _ width: Int) -> String {
        text.padding(toLength: width, withPad: " ", startingAt: 0)
    }

    private func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
