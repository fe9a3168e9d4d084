import ArgumentParser
import Fleet
import Foundation
import Reservations

/// How many reservations some workers finish a second, all of them kept busy.
///
/// It writes one line of its own; `ops/bench scale` runs it for 1, 2 and 4 workers, and `scale-report` compares.
struct ScaleBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale",
        abstract: "Reservations a second of some workers on a load that is bound by latency."
    )

    @Option(help: "How many workers run.")
    var workers: Int

    @Option(help: "How many reservations for each worker: twice what it drives at once, or more.")
    var each = 200

    @Option(help: "How many seconds all of it may take.")
    var timeout: Double = 900

    @Option(help: "Where the result goes, for scale-report.")
    var result: String

    func run() async throws {
        await ProcessMain.run("berth-bench scale") {
            try await Load.with { load in
                let ids = (0..<workers * each).map { _ in ReservationID(UUID()) }
                let before = try MachineUsage()
                try await load.requests.publish(ids, rate: 200)
                let rows = try await active(ids, load.cloud)
                let busy = try MachineUsage().share(since: before)
                let one = ScaleResult(workers: workers, rate: Self.rate(of: rows), busy: busy)
                try JSONEncoder().encode(one).write(to: URL(filePath: result))
                print(
                    "\(workers) workers: \(String(format: "%.3g", one.rate)) reservations a second, "
                        + "processors \(Int(busy * 100)) % busy"
                )
            }
        }
    }

    private func active(_ ids: [ReservationID], _ cloud: Cloud) async throws -> [Reservation] {
        let deadline = cloud.time.monotonic() + .seconds(timeout)
        var open = ids
        var rows: [Reservation] = []
        while !open.isEmpty {
            let found = try await cloud.ledger.reservations(Array(open.prefix(200)))
                .filter { $0.status == .active || $0.status.isTerminal }
            rows += found
            let done = Set(found.map(\.id))
            open = open.filter { !done.contains($0) }
            guard cloud.time.monotonic() < deadline else {
                throw StartError(.tryAgain, "\(open.count) reservations weren't there within \(timeout) s")
            }
            if !open.isEmpty { try await cloud.time.sleep(for: .seconds(2)) }
        }
        let failed = rows.filter { $0.status != .active }
        guard failed.isEmpty else {
            let reason = failed.compactMap(\.failureReason).first ?? "no reason"
            throw StartError(.unavailable, "\(failed.count) reservations failed: \(reason)")
        }
        return rows
    }

    /// From the first request to the last server.
    private static func rate(of rows: [Reservation]) -> Double {
        let starts = rows.compactMap { $0.trace[TraceEvent.received.rawValue] }
        let ends = rows.compactMap { $0.trace[TraceEvent.active.rawValue] }
        guard let first = starts.min(), let last = ends.max(), last > first else { return 0 }
        return Double(rows.count) / (last - first)
    }
}

struct ScaleResult: Codable {
    let workers: Int
    let rate: Double
    /// The part of all processors' time that was spent.
    let busy: Double
}

struct ScaleReport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale-report",
        abstract: "Compares what `scale` measured with 1, 2 and 4 workers."
    )

    /// Beyond it the machine, not latency, bounds the load, and nothing is said of the workers.
    static let busiest = 0.7

    @Argument(help: "The results.")
    var results: [String]

    @Option(help: "A file for the figures as JSON.")
    var json: String?

    func run() async throws {
        await ProcessMain.run("berth-bench scale-report") {
            let all = try results.map {
                try JSONDecoder().decode(ScaleResult.self, from: Data(contentsOf: URL(filePath: $0)))
            }
            guard let one = all.first(where: { $0.workers == 1 })?.rate, one > 0 else {
                throw StartError(.badData, "there is no result of one worker")
            }
            var figures: [Figure] = []
            let busiest = all.map(\.busy).max() ?? 1
            for result in all.sorted(by: { $0.workers < $1.workers }) {
                figures.append(Figure("rate_\(result.workers)", result.rate, unit: "reservations/s"))
                figures.append(Figure("busy_\(result.workers)", result.busy, unit: "share"))
                guard result.workers > 1 else { continue }
                let name = "scale_\(result.workers)_over_1"
                let ratio = result.rate / one
                // What a busy machine shows is its own limit.
                let isValid = busiest < Self.busiest && result.workers == 4
                figures.append(
                    isValid
                        ? Figure(name, ratio, unit: "ratio", atLeast: 3.6)
                        : Figure(name, ratio, unit: "ratio")
                )
            }
            if busiest >= Self.busiest {
                print(
                    "void: the processors were \(Int(busiest * 100)) % busy, so the machine bounds the load"
                )
            }
            figures.append(Figure("is_valid", busiest < Self.busiest ? 1 : 0, unit: "flag"))
            try Figure.report(figures, to: json)
        }
    }
}
