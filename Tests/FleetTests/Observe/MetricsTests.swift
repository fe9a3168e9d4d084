import Fleet
import Foundation
import Metrics
import Testing

@Suite("Metrics as Prometheus reads them") struct MetricsTests {
    @Test func `a registry is written in the text format`() async {
        let registry = MetricsRegistry()
        Counter(
            label: "kafka.sent",
            dimensions: [("topic", "a\"b\\c\nd"), ("acks", "all")],
            factory: registry
        )
        .increment(by: 3)
        Gauge(label: "berth_depth", factory: registry).record(1.5)
        Metrics.Timer(label: "berth_wait", factory: registry).recordNanoseconds(200_000_000)
        Metrics.Timer(label: "berth_wait", factory: registry).recordNanoseconds(7_000_000_000_000)
        registry.observe { [GaugeReading("berth_now", [("state", "x")], 7)] }
        let text = await PrometheusText.write(registry)
        for line in [
            "# TYPE kafka_sent_total counter", #"kafka_sent_total{acks="all",topic="a\"b\\c\nd"} 3"#,
            "# TYPE berth_depth gauge", "berth_depth 1.5", #"berth_now{state="x"} 7"#,
            "# TYPE berth_wait_seconds histogram", #"berth_wait_seconds_bucket{le="0.1"} 0"#,
            #"berth_wait_seconds_bucket{le="0.25"} 1"#, #"berth_wait_seconds_bucket{le="1800"} 1"#,
            #"berth_wait_seconds_bucket{le="+Inf"} 2"#, "berth_wait_seconds_sum 7000.2",
            "berth_wait_seconds_count 2", "berth_metrics_dropped_total 0",
        ] {
            #expect(text.contains(line + "\n"), "no line \(line) in\n\(text)")
        }
    }

    @Test func `the same name and labels are the same series, in whatever order they come`() async {
        let registry = MetricsRegistry()
        for labels in [[("a", "1"), ("b", "2")], [("b", "2"), ("a", "1")]] {
            Counter(label: "c", dimensions: labels, factory: registry).increment()
        }
        #expect(await PrometheusText.write(registry).contains("c_total{a=\"1\",b=\"2\"} 2\n"))
    }

    @Test func `label sets beyond the limit, and a name of two kinds, are dropped and counted`() async {
        let registry = MetricsRegistry(mostSeries: 3)
        for number in 1...10 {
            Counter(label: "c", dimensions: [("id", "\(number)")], factory: registry).increment()
        }
        Gauge(label: "c_total", factory: registry).record(99)
        let text = await PrometheusText.write(registry)
        #expect(text.split(separator: "\n").count { $0.hasPrefix("c_total{") } == 3)
        #expect(!text.contains("99"))
        #expect(text.contains("berth_metrics_dropped_total 8\n"))
    }

    /// An independent witness, where Debian's package `prometheus` is installed.
    @Test(.enabled(if: Promtool.path != nil, "SKIPPED: promtool isn't installed"))
    func `promtool finds nothing to complain about`() async throws {
        let registry = MetricsRegistry()
        Counter(label: "berth_worker_beats_total", dimensions: [("outcome", "a\"\n\\")], factory: registry)
            .increment()
        Metrics.Timer(label: "berth_phase_seconds", dimensions: [("phase", "disk")], factory: registry)
            .recordNanoseconds(1_000_000)
        registry.observe { [GaugeReading("berth_reservations_in_flight", 2)] }
        // All that there are, so that no name or kind is one that Prometheus' own rules advise against.
        for metric in MetricCatalogue.all where metric.name.hasPrefix("berth_") {
            let labels = metric.labels.map { ($0, "x") }
            switch metric.kind {
            case .counter:
                Counter(label: metric.name, dimensions: labels, factory: registry).increment()
            case .gauge: Gauge(label: metric.name, dimensions: labels, factory: registry).record(1)
            case .histogram:
                Recorder(label: metric.name, dimensions: labels, aggregate: true, factory: registry).record(1)
            }
        }
        let complaint = try Promtool.complaint(about: await PrometheusText.write(registry))
        #expect(complaint == "")
    }
}

enum Promtool {
    /// Where ops/setup puts it, or where the system has it.
    static let path = [root + "/.venv/bin/promtool", "/usr/bin/promtool", "/usr/local/bin/promtool"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private static let root = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()

    static func complaint(about text: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: path ?? "")
        process.arguments = ["check", "metrics"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try input.fileHandleForWriting.close()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? "" : String(decoding: said, as: UTF8.self)
    }
}
