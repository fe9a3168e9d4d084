import ArgumentParser
import Fleet
import Foundation
import Kafka
import Logging
import Reservations

/// Reservations side by side: what each took beside the bound that its own phases allow.
struct PipelineBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline",
        abstract: "Time of a reservation over the longest chain of its phases."
    )

    @Option(help: "How many reservations run side by side.")
    var reservations = 50

    @Option(help: "How many seconds all of them may take.")
    var timeout: Double = 600

    @Option(help: "A file for the figures as JSON.")
    var json: String?

    func run() async throws {
        await ProcessMain.run("berth-bench pipeline") {
            let settings = try ProcessMain.settings()
            let logger = LogStart.logger(label: "berth-bench", settings.log)
            let cloud = try Cloud(settings: settings, environment: ProcessMain.environment, logger: logger)
            let kafka = try KafkaAccess(settings, clientID: "berth-bench-\(UUID())", logger: logger)
            let ids = (0..<reservations).map { _ in ReservationID(UUID()) }
            try await publish(ids, kafka, settings)
            let rows = try await settled(ids, cloud)
            await cloud.close()
            try report(rows)
        }
    }

    private func publish(_ ids: [ReservationID], _ kafka: KafkaAccess, _ settings: FleetSettings) async throws
    {
        let producer = try kafka.producer()
        for (index, id) in ids.enumerated() {
            let fields: [String: JSONValue] = [
                "reservation_id": .string(id.rawValue),
                "user_id": .string("bench-\(index)"),
                "github_user": .string("ada"),
                "gpu_type": .string("t4"),
                "gpu_count": .number(1),
                "duration_hours": .number(1),
                "disk_name": .string("bench"),
            ]
            let body = Array(try WireJSON.encoder().encode(JSONValue.object(fields)))
            try await producer.send(
                ProducerRecord(
                    topic: settings.topics.requests.name,
                    key: Array(id.rawValue.utf8),
                    value: body
                )
            )
        }
        await producer.close(within: .seconds(5))
    }

    /// The rows once each is active or has ended.
    private func settled(_ ids: [ReservationID], _ cloud: Cloud) async throws -> [Reservation] {
        let deadline = cloud.time.monotonic() + .seconds(timeout)
        var open = Set(ids)
        var rows: [Reservation] = []
        while !open.isEmpty {
            for id in open.sorted() {
                guard let row = try await cloud.ledger.reservation(id),
                    row.status == .active || row.status.isTerminal
                else { continue }
                rows.append(row)
                open.remove(id)
            }
            if isatty(STDERR_FILENO) == 1 {
                FileHandle.standardError.write(Data("\r\(rows.count) of \(ids.count) are there".utf8))
            }
            guard cloud.time.monotonic() < deadline else {
                throw StartError(
                    .tryAgain,
                    "\(open.count) of \(ids.count) reservations weren't there in \(timeout) s"
                )
            }
            if !open.isEmpty { try await cloud.time.sleep(for: .seconds(1)) }
        }
        if isatty(STDERR_FILENO) == 1 { FileHandle.standardError.write(Data("\n".utf8)) }
        return rows
    }

    private func report(_ rows: [Reservation]) throws {
        let active = rows.filter { $0.status == .active }
        guard active.count == rows.count else {
            let reasons = rows.compactMap(\.failureReason).prefix(3).joined(separator: "; ")
            throw StartError(.unavailable, "\(rows.count - active.count) reservations failed: \(reasons)")
        }
        let traces = active.map { TraceReport(of: $0.trace) }
        let ratios = traces.compactMap(\.ratio)
        let writes = traces.compactMap(\.idWriteSeconds).map { $0 * 1_000 }
        let saved = traces.compactMap(\.overlapSavedSeconds)
        let totals = traces.compactMap(\.totalSeconds)
        guard ratios.count == active.count, !writes.isEmpty, !saved.isEmpty else {
            throw StartError(.unavailable, "some traces are incomplete")
        }
        try Figure.report(
            [
                Figure(
                    "time_over_bound_p50",
                    Figure.percentile(0.5, of: ratios),
                    unit: "ratio",
                    atMost: 1.05
                ),
                Figure("time_over_bound_p99", Figure.percentile(0.99, of: ratios), unit: "ratio"),
                Figure("id_write_span_p50_ms", Figure.percentile(0.5, of: writes), unit: "ms"),
                Figure("overlap_saved_p50_s", Figure.percentile(0.5, of: saved), unit: "s"),
                Figure("total_p50_s", Figure.percentile(0.5, of: totals), unit: "s"),
                Figure("reservations", Double(active.count), unit: "reservations"),
            ],
            to: json
        )
    }
}
