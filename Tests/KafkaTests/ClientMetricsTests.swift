import LocalStack
import Metrics
import MetricsTestKit
import Testing

@testable import Kafka

@Suite struct ClientMetricsTests {
    private let ear = MetricsEar()
    private var metrics: TestMetrics { ear.metrics }

    @Test func `a producer's and a member's numbers become metrics`() async throws {
        let cluster = try Cluster((name: "counted", partitions: 2))
        let quick = ["statistics.interval.ms": "100", "linger.ms": "0"]
        var configuration = cluster.configuration("counted", quick)
        configuration.metrics = ear
        let producer = try Producer(configuration: configuration, logger: cluster.logger)
        for number in 0..<7 {
            try await producer.send(ProducerRecord(topic: "counted", key: "\(number)", text: "x"))
        }
        try await within(.seconds(5), "the producer's count") {
            await ear.until { total("kafka_messages_produced_total", "producer", topic: "counted") == 7 }
        }
        #expect(total("kafka_messages_produced_total", "producer", topic: "counted") == 7)
        let connects = try metrics.expectCounter("kafka_broker_connects_total", [("client", "producer")])
        #expect(connects.totalValue >= 1)
        let up = try metrics.expectGauge("kafka_brokers_up", [("client", "producer")])
        #expect(up.lastValue == 1)
        let rtt = try metrics.expectGauge(
            "kafka_broker_rtt_seconds",
            [("client", "producer"), ("quantile", "0.99")]
        )
        #expect((rtt.lastValue ?? 0) > 0 && (rtt.lastValue ?? 0) < 5)
        let queue = try metrics.expectGauge("kafka_producer_queue_messages", [("client", "producer")])
        #expect(queue.lastValue == 0)
        let member = try ConsumerGroupMember(
            configuration: configuration,
            group: "g",
            topics: ["counted"],
            logger: cluster.logger
        )
        try await running(member) { member in
            let seen = try await member.take(7)
            try await within(.seconds(5), "the member's lag") {
                await ear.until {
                    lag("counted") == 7
                        && total("kafka_messages_consumed_total", "member", topic: "counted") == 7
                }
            }
            let ends = Dictionary(seen.map { ($0.topicPartition, $0.offset + 1) }) { max($0, $1) }
            try await member.commit(ends)
            try await within(.seconds(5), "no lag") {
                await ear.until { lag("counted") == 0 }
            }
        }
        #expect(total("kafka_messages_consumed_total", "member", topic: "counted") == 7)
        #expect(
            try metrics.expectCounter("kafka_consumer_rebalances_total", [("client", "member")])
                .totalValue >= 1
        )
        await producer.close(within: .seconds(5))
    }

    private func total(_ name: String, _ client: String, topic: String) -> Int64 {
        let labels = [("client", client), ("topic", topic)]
        return (try? metrics.expectCounter(name, labels))?.totalValue ?? 0
    }

    private func lag(_ topic: String) -> Double? {
        let labels = [("client", "member"), ("topic", topic)]
        return (try? metrics.expectGauge("kafka_consumer_lag", labels))?.lastValue
    }

    @Test(arguments: ["{}", #"{"brokers":{},"topics":{"t":{"partitions":{}}},"cgrp":{},"new":[1]}"#])
    func `statistics with less or more than is known are read`(text: String) throws {
        let statistics = try ClientStatistics(reading: text)
        ClientMetrics(.reader, factory: metrics).record(statistics)
    }

    @Test(arguments: ["", "[]", #"{"msg_cnt":"many"}"#])
    func `statistics that are none are an error, not a trap`(text: String) {
        #expect(throws: (any Error).self) { try ClientStatistics(reading: text) }
    }

    @Test func `a count that begins anew, or is beyond all measure, only ever adds`() throws {
        let client = ClientMetrics(.admin, factory: metrics)
        let labels = [("client", "admin")]
        for (connects, total) in [("5", 10), ("7", 14), ("2", 18), ("-3", 18)] {
            let text = #"{"brokers":{"b":{"connects":\#(connects)},"c":{"connects":\#(connects)}}}"#
            client.record(try ClientStatistics(reading: text))
            let counter = try metrics.expectCounter("kafka_broker_connects_total", labels)
            #expect(counter.totalValue == Int64(total))
        }
        let most = #"{"brokers":{"b":{"txerrs":9223372036854775807,"rxerrs":9223372036854775807}}}"#
        client.record(try ClientStatistics(reading: most))
        let errors = try metrics.expectCounter("kafka_broker_request_errors_total", labels)
        #expect(errors.totalValue == .max)
    }
}
