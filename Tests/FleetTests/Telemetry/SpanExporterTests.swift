import Fleet
import Foundation
import Logging
import MetricsTestKit
import NIOHTTP1
import Reservations
import Synchronization
import Testing

@Suite("Spans on their way to a collector") struct SpanExporterTests {
    private static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func row(_ traceparent: String? = parent) -> Reservation {
        let id = ReservationID(unchecked: "0b8f3c52-6f0e-4a57-9a34-000000000001")
        var row = Reservation(id: id, request: nil, status: .active, createdAt: .now)
        row.traceparent = traceparent
        row.trace = ["received": 1_790_000_000.25, "capacity_promised": 1_790_000_001]
        follow(&row, "worker-1", 1)
        row.trace.merge(
            [
                "pod_create_start": 1_790_000_020, "pod_create_end": 1_790_000_030.5,
                "active": 1_790_000_031,
            ]
        ) { $1 }
        follow(&row, "worker-2", 2)
        return row
    }

    private static func follow(_ row: inout Reservation, _ worker: String, _ fence: Int) {
        row.traceLog.follow(
            row.trace,
            elapsed: [:],
            worker: WorkerID(unchecked: worker),
            fence: Fence(fence),
            generation: 1
        )
    }

    private static func telemetry(_ port: Int, _ more: [String: String] = [:]) throws -> (Cloud, Telemetry) {
        let environment = [
            "AWS_REGION": "eu-central-1", "OTEL_BSP_SCHEDULE_DELAY": "10",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(port)/",
            "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20abc,x-team=gpu",
            "OTEL_SERVICE_NAME": "berth-test",
        ].merging(more) { $1 }
        let settings = try FleetSettings(from: SettingSources(environment: [:]))
        let cloud = try Cloud(settings: settings, environment: environment, logger: quiet)
        let telemetry = Telemetry(cloud, environment: environment, service: "berth-worker", logger: quiet)
        return (cloud, try #require(telemetry))
    }

    /// Offers spans to a real exporter that sends them to a collector, and ends.
    private static func export(
        _ rows: [Reservation],
        to collector: Collector,
        _ more: [String: String] = [:]
    ) async throws {
        let (cloud, telemetry) = try telemetry(try await collector.open(), more)
        try await telemetry.during {
            for row in rows {
                let trace = ReservationTrace(of: row)
                telemetry.exporter.offer(trace.spans, parent: trace.isSampled)
            }
        }
        await cloud.close()
        await collector.close()
    }

    private struct Request: Decodable {
        struct Value: Decodable {
            let stringValue: String?
            let intValue: String?
            let boolValue: Bool?
        }
        struct Pair: Decodable {
            let key: String
            let value: Value
        }
        struct Span: Decodable {
            struct Outcome: Decodable { let code: Int }
            let traceId: String
            let spanId: String
            let parentSpanId: String?
            let name: String
            let kind: Int
            let startTimeUnixNano: String
            let endTimeUnixNano: String
            let attributes: [Pair]
            let status: Outcome
        }
        struct Scoped: Decodable { let spans: [Span] }
        struct Resource: Decodable { let attributes: [Pair] }
        struct Resourced: Decodable {
            let resource: Resource
            let scopeSpans: [Scoped]
        }
        let resourceSpans: [Resourced]

        var spans: [Span] { resourceSpans.flatMap(\.scopeSpans).flatMap(\.spans) }
    }

    @Test func `a collector gets JSON with the message's trace, its parent and the headers`() async throws {
        let collector = Collector()
        try await Self.export([Self.row()], to: collector)
        let sent = try #require(collector.requests.first)
        #expect(sent.path == "/v1/traces")
        #expect(sent.headers["content-type"] == ["application/json"])
        #expect(sent.headers["authorization"] == ["Bearer abc"])
        #expect(sent.headers["x-team"] == ["gpu"])
        let request = try JSONDecoder().decode(Request.self, from: sent.body)
        let resource = try #require(request.resourceSpans.first?.resource.attributes)
        #expect(resource.contains { $0.key == "service.name" && $0.value.stringValue == "berth-test" })
        #expect(Set(request.spans.map(\.traceId)) == ["4bf92f3577b34da6a3ce929d0e0e4736"])
        let root = try #require(request.spans.first { $0.name == "reservation" })
        #expect(root.parentSpanId == "00f067aa0ba902b7")
        #expect(root.kind == 5)
        #expect(root.startTimeUnixNano == "1790000000250000000")
        #expect(root.endTimeUnixNano == "1790000031000000000")
        let pod = try #require(request.spans.first { $0.name == "pod_create" })
        #expect(pod.endTimeUnixNano == "1790000030500000000")
        let attempt = try #require(request.spans.first { $0.spanId == pod.parentSpanId })
        #expect(attempt.parentSpanId == root.spanId)
        #expect(pod.attributes.contains { $0.key == "berth.worker" && $0.value.stringValue == "worker-2" })
        #expect(pod.attributes.contains { $0.key == "berth.attempt" && $0.value.intValue == "2" })
        #expect(request.spans.first { $0.name == "attempt 1" }?.status.code == 2)
        for span in request.spans {
            #expect(span.spanId.count == 16 && span.spanId.allSatisfy(\.isHexDigit))
        }
    }

    @Test func `a trace that whoever began it doesn't record isn't told`() async throws {
        let collector = Collector()
        let unsampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
        try await Self.export([Self.row(unsampled)], to: collector)
        #expect(collector.requests.isEmpty)
        // Unless the operator says otherwise.
        let other = Collector()
        try await Self.export([Self.row(unsampled)], to: other, ["OTEL_TRACES_SAMPLER": "always_on"])
        #expect(other.requests.count == 1)
    }

    @Test func `what a collector can't take now is sent again, what it refuses is not`() async throws {
        let metrics = TestMetrics()
        for (status, count) in [(503, 2), (400, 1)] {
            let sender = ScriptedSender([.init("answered \(status)", isPassing: status == 503)])
            let exporter = Self.exporter(sender, metrics)
            try await Self.run(exporter) {
                exporter.offer(ReservationTrace(of: Self.row()).spans, parent: true)
                await sender.sent(count)
            }
            #expect(sender.count == count)
        }
        let refused = try metrics.expectCounter("berth_spans_dropped_total", [("reason", "refused")])
        let sent = try metrics.expectCounter("berth_spans_sent_total")
        #expect(refused.totalValue == sent.totalValue)
    }

    @Test func `what finds no place is dropped and counted, and nobody waits`() async throws {
        let metrics = TestMetrics()
        let exporter = Self.exporter(ScriptedSender([]), metrics, ["OTEL_BSP_MAX_QUEUE_SIZE": "3"])
        let spans = ReservationTrace(of: Self.row()).spans
        exporter.offer(spans, parent: true)
        exporter.offer(spans, parent: true)
        #expect(exporter.waiting == 3)
        let lost = try metrics.expectCounter("berth_spans_dropped_total", [("reason", "queue_full")])
        #expect(lost.totalValue == Int64(spans.count * 2 - 3))
    }

    @Test(.timeLimit(.minutes(1)))
    func `a collector that never answers holds the end of a process up for seconds at most`() async throws {
        let collector = Collector([.isSilent])
        let clock = ContinuousClock()
        let start = clock.now
        try await Self.export([Self.row()], to: collector)
        #expect(clock.now - start < Telemetry.lastFlush + .seconds(10))
        #expect(collector.requests.count == 1)
    }

    // MARK: Without HTTP

    private static func exporter(
        _ sender: ScriptedSender,
        _ metrics: TestMetrics,
        _ more: [String: String] = [:]
    ) -> SpanExporter {
        SpanExporter(
            settings: TelemetrySettings(
                environment: ["OTEL_BSP_SCHEDULE_DELAY": "10"].merging(more) { $1 },
                service: "berth-worker"
            ),
            sender: sender,
            time: SystemTime(),
            chance: SystemChance(),
            logger: quiet,
            factory: metrics
        )
    }

    private static func run(_ exporter: SpanExporter, _ work: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await exporter.run() }
            try await work()
            exporter.close()
            try await group.next()
        }
    }
}

/// Fails as told, then takes everything.
private final class ScriptedSender: SpanSending {
    private struct State {
        var failures: [SpanSendError]
        var count = 0
    }

    private let state: Mutex<State>
    private let (calls, call) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(100))

    init(_ failures: [SpanSendError]) { state = Mutex(State(failures: failures)) }

    var count: Int { state.withLock(\.count) }

    func send(_ body: Data) async throws(SpanSendError) {
        let failure = state.withLock { state in
            state.count += 1
            return state.failures.isEmpty ? nil : state.failures.removeFirst()
        }
        call.yield()
        if let failure { throw failure }
    }

    /// Returns once it was called so often.
    func sent(_ count: Int) async {
        var seen = 0
        for await _ in calls {
            seen += 1
            if seen >= count { return }
        }
    }
}
