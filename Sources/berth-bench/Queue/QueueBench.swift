import ArgumentParser
import Foundation
import Logging

/// Berth's way from Kafka to a handler beside the C library's own, on one mock cluster.
struct QueueBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Kafka and the work queue over what the C library and the keys allow."
    )

    @Option(help: "How often each side is measured, in turn; the figures are medians.")
    var rounds = 5

    @Option(help: "Messages of each of the 10,000 keys.")
    var perKey = 40

    @Option(help: "What to measure: read, write, lanes, latency.")
    var only: [String] = []

    @Option(help: "A file for the figures as JSON.")
    var json: String?

    func run() async throws {
        let logger = Logger(label: "berth-bench") { _ in SwiftLogNoOpLogHandler() }
        let cluster = try MockCluster(topics: QueueLoad.topics)
        defer { cluster.close() }
        let load = QueueLoad(address: cluster.address)
        var figures: [Figure] = []
        if wants("read") { figures += try await read(ReadMeasurement(load: load, logger: logger)) }
        if wants("write") { figures += try await write(WriteMeasurement(load: load, logger: logger)) }
        if wants("lanes") { figures += try await lanes(load) }
        if wants("latency") { figures += try await latency(LatencyMeasurement(load: load, logger: logger)) }
        try Figure.report(figures, to: json)
    }

    private func wants(_ part: String) -> Bool { only.isEmpty || only.contains(part) }

    private func read(_ measurement: ReadMeasurement) async throws -> [Figure] {
        progress("filling \(measurement.load.messages) messages of \(QueueLoad.messageBytes) bytes")
        let load = measurement.load
        try await onThread { try load.fill() }
        var (raw, kafka, queue): ([Pace], [Pace], [Pace]) = ([], [], [])
        for round in 1...rounds {
            raw.append(try await measurement.raw(round: round))
            progress("read \(round): raw        \(raw[round - 1].text)")
            kafka.append(try await measurement.throughKafka(round: round))
            progress("read \(round): Kafka      \(kafka[round - 1].text)")
            queue.append(try await measurement.throughQueue(round: round))
            progress("read \(round): WorkQueue  \(queue[round - 1].text)")
        }
        return [
            Figure("consume_over_raw", ratio(kafka, raw), unit: "ratio", atLeast: 0.9),
            Figure("consume_cpu_us", median(kafka.map(\.cpuMicroseconds)), unit: "µs"),
            Figure("consume_raw_cpu_us", median(raw.map(\.cpuMicroseconds)), unit: "µs"),
            Figure("consume_raw_rate", median(raw.map(\.rate)), unit: "messages/s"),
            Figure("workqueue_over_raw", ratio(queue, raw), unit: "ratio", atLeast: 0.5),
            Figure(
                "workqueue_extra_cpu_us",
                median(zip(queue, raw).map { $0.cpuMicroseconds - $1.cpuMicroseconds }),
                unit: "µs",
                atMost: 2
            ),
        ]
    }

    private func write(_ measurement: WriteMeasurement) async throws -> [Figure] {
        var (raw, kafka, few, each): ([Pace], [Pace], [Pace], [Pace]) = ([], [], [], [])
        let (small, batch) = (WriteMeasurement.smallBatch, WriteMeasurement.batch)
        for round in 1...rounds {
            raw.append(try await measurement.raw())
            progress("write \(round): raw        \(raw[round - 1].text)")
            kafka.append(
                try await measurement.throughKafka(batch: batch, senders: WriteMeasurement.senders)
            )
            progress("write \(round): Kafka      \(kafka[round - 1].text)")
            few.append(
                try await measurement.throughKafka(batch: small, senders: WriteMeasurement.inFlight / small)
            )
            progress("write \(round): hundreds   \(few[round - 1].text)")
            each.append(try await measurement.oneByOne())
            progress("write \(round): one by one \(each[round - 1].text)")
        }
        return [
            Figure("produce_over_raw", ratio(kafka, raw), unit: "ratio", atLeast: 0.9),
            Figure("produce_cpu_us", median(kafka.map(\.cpuMicroseconds)), unit: "µs"),
            Figure("produce_raw_cpu_us", median(raw.map(\.cpuMicroseconds)), unit: "µs"),
            Figure("produce_hundreds_over_raw", ratio(few, raw), unit: "ratio"),
            Figure("produce_each_over_raw", ratio(each, raw), unit: "ratio"),
            Figure("produce_each_cpu_us", median(each.map(\.cpuMicroseconds)), unit: "µs"),
            Figure("produce_raw_rate", median(raw.map(\.rate)), unit: "messages/s"),
        ]
    }

    private func lanes(_ load: QueueLoad) async throws -> [Figure] {
        let perKey = perKey
        try await onThread { try load.fillLanes(perKey: perKey) }
        var results: [LanesCommand.Result] = []
        for round in 1...rounds {
            let address = load.address
            let result = try await onThread {
                try Self.lanesResult(["--address", address, "--per-key", "\(perKey)"])
            }
            results.append(result)
            progress(
                String(
                    format: "lanes %d: %.3f of the bound, %.0f MB, ",
                    round,
                    result.ratio,
                    result.peakMegabytes
                )
                    + result.pace.text
            )
        }
        let controls = try await controls()
        return [
            Figure("lanes_over_key_bound", median(results.map(\.ratio)), unit: "ratio", atLeast: 0.95),
            Figure("lanes_peak_rss_mb", median(results.map(\.peakMegabytes)), unit: "MB", atMost: 200),
            Figure("lanes_cpu_us", median(results.map(\.pace.cpuMicroseconds)), unit: "µs"),
        ] + controls
    }

    /// The same waits without a queue: as the bench does them, and by the runtime's own sleep.
    private func controls() async throws -> [Figure] {
        var figures: [Figure] = []
        for (control, name) in [
            (LanesCommand.Control.waitingRoom, "lanes_waits_alone"), (.taskSleep, "lanes_task_sleep_alone"),
        ] {
            let perKey = perKey
            let result = try await onThread {
                try Self.lanesResult(["--control", control.rawValue, "--per-key", "\(perKey)"])
            }
            progress("\(name): " + result.pace.text)
            figures.append(Figure("\(name)_over_key_bound", result.ratio, unit: "ratio"))
            figures.append(Figure("\(name)_cpu_us", result.pace.cpuMicroseconds, unit: "µs"))
        }
        return figures
    }

    private static func lanesResult(_ arguments: [String]) throws -> LanesCommand.Result {
        let process = Process()
        let stdout = Pipe()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["queue-lanes"] + arguments
        process.standardOutput = stdout
        try process.run()
        let data = stdout.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode(LanesCommand.Result.self, from: data)
    }

    private func latency(_ measurement: LatencyMeasurement) async throws -> [Figure] {
        progress("latency: \(LatencyMeasurement.messages) messages, one each \(LatencyMeasurement.interval)")
        let result = try await measurement.measure()
        let (raw, queue) = (median(result.raw), median(result.queue))
        return [
            Figure("latency_over_raw_p50", queue / raw, unit: "ratio", atMost: 1.1),
            Figure("latency_p50_ms", queue, unit: "ms"),
            Figure("latency_p99_ms", Figure.percentile(0.99, of: result.queue), unit: "ms"),
            Figure("latency_raw_p50_ms", raw, unit: "ms"),
            Figure("latency_raw_p99_ms", Figure.percentile(0.99, of: result.raw), unit: "ms"),
        ]
    }

    /// The median of the rounds' ratios: both sides of one were measured one after the other.
    private func ratio(_ ours: [Pace], _ raw: [Pace]) -> Double {
        median(zip(ours, raw).map { $0.rate / $1.rate })
    }

    private func median(_ values: [Double]) -> Double { Figure.percentile(0.5, of: values) }
}
