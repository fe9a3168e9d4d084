import Metrics

/// A handle's statistics as metrics, labelled by the kind of client, and the topic at most.
///
/// Used by the client's thread alone. The library counts from the handle's start, so that what is added is
/// the difference to what was seen before.
final class ClientMetrics {
    private let kind: KafkaConfiguration.Client
    private let factory: any MetricsFactory
    private var seen: [Key: [String: Int64]] = [:]
    private var counters: [Key: Counter] = [:]
    private var gauges: [Key: Gauge] = [:]

    private struct Key: Hashable {
        let name: String
        let label: String
    }

    init(_ kind: KafkaConfiguration.Client, factory: any MetricsFactory) {
        self.kind = kind
        self.factory = factory
    }

    func record(_ statistics: ClientStatistics) {
        recordBrokers(statistics.brokers ?? [:])
        for (topic, state) in statistics.topics ?? [:] {
            recordTopic(topic, state.partitions ?? [:])
        }
        if kind == .producer {
            gauge("kafka_producer_queue_messages", Double(statistics.msg_cnt ?? 0))
            gauge("kafka_producer_queue_bytes", Double(statistics.msg_size ?? 0))
        }
        if kind == .member, let group = statistics.cgrp {
            add("kafka_consumer_rebalances_total", ["group": group.rebalance_cnt])
            gauge("kafka_consumer_assigned_partitions", Double(group.assignment_size ?? 0))
        }
    }

    private func recordBrokers(_ brokers: [String: ClientStatistics.Broker]) {
        gauge("kafka_brokers_up", Double(brokers.values.count { $0.state == "UP" }))
        add("kafka_broker_connects_total", brokers.mapValues(\.connects))
        add("kafka_broker_disconnects_total", brokers.mapValues(\.disconnects))
        add("kafka_broker_request_retries_total", brokers.mapValues(\.txretries))
        add("kafka_broker_request_timeouts_total", brokers.mapValues(\.req_timeouts))
        let errors = brokers.mapValues { Self.sum([$0.txerrs, $0.rxerrs]) }
        add("kafka_broker_request_errors_total", errors)
        let times = brokers.values.compactMap(\.rtt).filter { $0.cnt ?? 0 > 0 }
        guard !times.isEmpty else { return }
        let quantiles = [("0.5", \ClientStatistics.Broker.Window.p50), ("0.95", \.p95), ("0.99", \.p99)]
        for (quantile, path) in quantiles {
            // The slowest broker's: means of quantiles mean nothing.
            let microseconds = times.compactMap { $0[keyPath: path] }.max() ?? 0
            gauge("kafka_broker_rtt_seconds", Double(microseconds) / 1_000_000, ("quantile", quantile))
        }
    }

    private func recordTopic(_ topic: String, _ partitions: [String: ClientStatistics.Topic.Partition]) {
        if kind == .producer {
            add("kafka_messages_produced_total", partitions.mapValues(\.txmsgs), ("topic", topic))
            return
        }
        add("kafka_messages_consumed_total", partitions.mapValues(\.rxmsgs), ("topic", topic))
        guard kind == .member else { return }
        // Only what this member has: a partition that went keeps its last numbers.
        let owned = partitions.values.filter { $0.fetch_state == "active" }
        let lag = Self.sum(owned.map(Self.lag))
        gauge("kafka_consumer_lag", Double(lag), ("topic", topic))
    }

    /// Without a commit, all that is in the log.
    private static func lag(_ partition: ClientStatistics.Topic.Partition) -> Int64? {
        if let lag = partition.consumer_lag, lag >= 0 { return lag }
        guard let low = partition.lo_offset, let high = partition.hi_offset, low >= 0, high >= low else {
            return nil
        }
        return high - low
    }

    private static func sum(_ values: some Sequence<Int64?>) -> Int64 {
        values.reduce(0) { sum, value in
            let (next, isTooMuch) = sum.addingReportingOverflow(value ?? 0)
            return isTooMuch ? sum : next
        }
    }

    /// Adds what each part has grown by; one that is smaller than before began anew.
    private func add(_ name: String, _ totals: [String: Int64?], _ label: (String, String)? = nil) {
        let key = Key(name: name, label: label?.1 ?? "")
        let growth = totals.map { part, total -> Int64 in
            let now = max(0, (total ?? 0))
            let before = seen[key, default: [:]].updateValue(now, forKey: part) ?? 0
            return now >= before ? now - before : now
        }
        let counter = counters[key] ?? Counter(label: name, dimensions: dimensions(label), factory: factory)
        counters[key] = counter
        // A first zero too, so that a rate can be had from the start.
        counter.increment(by: Self.sum(growth))
    }

    private func gauge(_ name: String, _ value: Double, _ label: (String, String)? = nil) {
        let key = Key(name: name, label: label?.1 ?? "")
        let gauge = gauges[key] ?? Gauge(label: name, dimensions: dimensions(label), factory: factory)
        gauges[key] = gauge
        gauge.record(value)
    }

    private func dimensions(_ label: (String, String)?) -> [(String, String)] {
        [("client", kind.rawValue)] + (label.map { [$0] } ?? [])
    }
}
