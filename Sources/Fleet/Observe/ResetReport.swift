package import Kafka
package import Logging
package import Metrics

/// Tells of partitions that are read on somewhere else than where they were to be.
///
/// A topic was made anew, or has lost what nobody had read yet: either way a person should know.
package struct ResetReport: Sendable {
    private let logger: Logger
    private let factory: any MetricsFactory

    package init(logger: Logger, factory: any MetricsFactory = MetricsSystem.factory) {
        self.logger = logger
        self.factory = factory
    }

    /// Shows that nothing was reset yet: a counter that first appears as 1 shows no increase.
    package func begin(_ topics: [String]) {
        for topic in topics { count(topic, by: 0) }
    }

    private func count(_ topic: String, by amount: Int) {
        Counter(label: "berth_kafka_offset_resets_total", dimensions: [("topic", topic)], factory: factory)
            .increment(by: amount)
    }

    package func tell(_ reset: OffsetReset) {
        logger.warning(
            "a partition is read on at another offset than it was to be",
            metadata: [
                "partition": "\(reset.partition)", "from": "\(reset.from)", "to": "\(reset.to)",
                "meaning":
                    "\(reset.to > reset.from ? "those in between are gone" : "another log, or read again")",
            ]
        )
        count(reset.partition.topic, by: 1)
    }
}
