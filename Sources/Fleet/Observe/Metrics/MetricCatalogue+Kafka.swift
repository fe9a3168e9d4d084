/// What the work queue and the client library's handles show, in both processes.
extension MetricCatalogue {
    static let queue: [MetricDescription] = [
        gauge("berth_queue_messages", "topic", "state", "Messages taken and not done, by topic and state."),
        gauge("berth_queue_partitions", "topic", "Partitions that this process has, by topic."),
        gauge("berth_queue_running", "topic", "Messages whose handlers run."),
        gauge("berth_queue_waiting", "topic", "Messages taken whose turn hasn't come."),
        gauge("berth_queue_resting", "topic", "Messages that wait for their next try."),
        gauge(
            "berth_queue_held",
            "topic",
            "1 while the topic's partitions rest, as when the worker is full."
        ),
        gauge("berth_queue_bytes", "topic", "Bytes of messages taken and not done."),
        gauge(
            "berth_queue_tracked_offsets",
            "topic",
            "Offsets that are done but wait for an earlier one to be committed."
        ),
        .init(
            "berth_queue_handled_total",
            .counter,
            .both,
            ["topic", "outcome"],
            "Ends of handlers: done, dead (a dead letter was written) or again."
        ),
        .init(
            "berth_queue_handler_seconds",
            .histogram,
            .both,
            ["topic"],
            "How long a message's handler ran."
        ),
        counter("berth_queue_commits_total", "Commits that the group's coordinator took."),
        counter("berth_queue_commit_failures_total", "Commits that it refused or didn't answer."),
        counter(
            "berth_kafka_offset_resets_total",
            "topic",
            "Partitions that were read on at another offset than expected."
        ),
    ]

    static let kafka: [MetricDescription] = [
        gauge("kafka_brokers_up", "client", "Brokers that a handle is connected to."),
        counter("kafka_broker_connects_total", "client", "Connections made."),
        counter("kafka_broker_disconnects_total", "client", "Connections lost."),
        counter("kafka_broker_request_retries_total", "client", "Requests that were sent again."),
        counter("kafka_broker_request_timeouts_total", "client", "Requests that no answer came to in time."),
        counter("kafka_broker_request_errors_total", "client", "Requests or answers that failed."),
        gauge(
            "kafka_broker_rtt_seconds",
            "client",
            "quantile",
            "How long requests were under way to the slowest broker."
        ),
        counter("kafka_messages_produced_total", "client", "topic", "Messages that brokers acknowledged."),
        counter("kafka_messages_consumed_total", "client", "topic", "Messages read."),
        gauge("kafka_producer_queue_messages", "client", "Messages that wait in a producer."),
        gauge("kafka_producer_queue_bytes", "client", "Bytes that wait in a producer."),
        gauge(
            "kafka_consumer_lag",
            "client",
            "topic",
            "Messages behind on the partitions that this member has."
        ),
        gauge("kafka_consumer_assigned_partitions", "client", "Partitions that this member has."),
        counter("kafka_consumer_rebalances_total", "client", "Rebalances that this member went through."),
    ]

    /// The last word is the help, those before it are labels.
    private static func gauge(_ name: String, _ words: String...) -> MetricDescription {
        .init(name, .gauge, .both, words.dropLast(), words.last ?? "")
    }

    private static func counter(_ name: String, _ words: String...) -> MetricDescription {
        .init(name, .counter, .both, words.dropLast(), words.last ?? "")
    }
}
