import ArgumentParser
import Fleet
import Foundation
import Reservations

/// One worker with thousands of reservations in flight, all waiting for their volumes.
struct InflightBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inflight",
        abstract: "Memory, processor time and EC2 calls of a worker with thousands of reservations in flight."
    )

    @Option(help: "How many reservations.")
    var reservations = 10_000

    @Option(help: "How many are published a second.")
    var rate = 80.0

    @Option(help: "The worker's process id.")
    var worker: Int32

    @Option(help: "Where the worker tells its metrics.")
    var admin: String

    @Option(help: "The stack's folder.")
    var stack: String

    @Option(help: "How many seconds a volume stays `creating` in this stack.")
    var creating: Double

    @Option(help: "How many seconds all of it may take.")
    var timeout: Double = 1_800

    @Option(help: "A file for the figures as JSON.")
    var json: String?

    func run() async throws {
        await ProcessMain.run("berth-bench inflight") {
            try await Load.with { load in
                let ids = (0..<reservations).map { _ in ReservationID(UUID()) }
                let before = try ProcessUsage(of: worker)
                try await load.requests.publish(ids, rate: rate)
                let most = try await allInFlight(load.cloud)
                let rows = try await withDisks(ids, load.cloud)
                let usage = try ProcessUsage(of: worker)
                try report(rows, most, before, usage, load.settings)
            }
        }
    }

    /// Returns the most that were in flight at once.
    private func allInFlight(_ cloud: Cloud) async throws -> Double {
        let deadline = cloud.time.monotonic() + .seconds(timeout)
        var most = 0.0
        while cloud.time.monotonic() < deadline {
            let now = try OtherProcess.metric("berth_reservations_in_flight", at: admin)
            most = max(most, now)
            progress("\(Int(now)) in flight")
            // Once it falls there will be no more at once.
            if now >= Double(reservations) || now < most * 0.9 { return most }
            try await cloud.time.sleep(for: .seconds(1))
        }
        throw StartError(.tryAgain, "\(Int(most)) of \(reservations) were in flight within \(timeout) s")
    }

    /// The rows once each has seen its volume available.
    private func withDisks(_ ids: [ReservationID], _ cloud: Cloud) async throws -> [Reservation] {
        let deadline = cloud.time.monotonic() + .seconds(timeout)
        var open = ids
        var rows: [Reservation] = []
        while !open.isEmpty {
            let found = try await cloud.ledger.reservations(Array(open.prefix(500)))
                .filter { $0.trace[TraceEvent.diskCreateEnd.rawValue] != nil || $0.status.isTerminal }
            rows += found
            let done = Set(found.map(\.id))
            open = open.prefix(500).filter { !done.contains($0) }.reversed() + open.dropFirst(500)
            progress("\(rows.count) of \(ids.count) disks are there")
            guard cloud.time.monotonic() < deadline else {
                throw StartError(.tryAgain, "\(open.count) disks weren't there within \(timeout) s")
            }
            if found.count < 250, !open.isEmpty { try await cloud.time.sleep(for: .seconds(1)) }
        }
        return rows
    }

    private struct VolumeView: Decodable {
        let id: String
        let createdAt: Date
    }

    private func report(
        _ rows: [Reservation],
        _ most: Double,
        _ before: ProcessUsage,
        _ usage: ProcessUsage,
        _ settings: FleetSettings
    ) throws {
        let tool = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "berth-dev").path()
        let decoder = WireJSON.decoder()
        let volumes = try decoder.decode(
            [VolumeView].self,
            from: try OtherProcess.output(of: tool, ["state", "volumes", "--directory", stack])
        )
        let createdAt = Dictionary(volumes.map { ($0.id, $0.createdAt) }, uniquingKeysWith: { _, new in new })
        var late: [Double] = []
        var polls = 0.0
        let interval = settings.worker.volumePoll / .seconds(1)
        for row in rows {
            guard let volume = row.volumeID, let made = createdAt[volume.rawValue],
                let seen = row.trace[TraceEvent.diskCreateEnd.rawValue],
                let from = row.trace[TraceEvent.diskWaitStart.rawValue]
            else { continue }
            late.append(seen - max(made.timeIntervalSince1970 + creating, from))
            polls += max(1, (seen - from) / interval)
        }
        guard late.count == rows.count else {
            throw StartError(.unavailable, "\(rows.count - late.count) reservations have no disk")
        }
        let describes = try OtherProcess.metric(
            "berth_aws_calls_total",
            "operation=\"DescribeVolumes\"",
            at: admin
        )
        let work = usage.processorMilliseconds - before.processorMilliseconds
        try Figure.report(
            [
                Figure("in_flight", most, unit: "reservations", atLeast: Double(reservations)),
                Figure("peak_rss_mb", usage.peakMegabytes, unit: "MB", atMost: 300),
                Figure("cpu_ms_per_reservation", work / Double(rows.count), unit: "ms"),
                Figure("describe_calls_over_one_poll_each", describes / polls, unit: "ratio", atMost: 0.1),
                Figure("seen_after_available_p50_s", Figure.percentile(0.5, of: late), unit: "s"),
                Figure(
                    "seen_after_available_max_s",
                    late.max() ?? .nan,
                    unit: "s",
                    // The answer of the call that sees it comes on top of the interval.
                    atMost: interval
                ),
                Figure("threads", Double(usage.threads), unit: "threads", atMost: 50),
            ],
            to: json
        )
    }

    private func progress(_ text: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        FileHandle.standardError.write(Data("\r\(text)      ".utf8))
    }
}
