package import Kafka

/// Where a work queue's messages come from: a member of a consumer group, or what a test puts in its place.
package protocol WorkSource: Sendable {
    /// Lives until `close` has led to the end, a fatal error, or cancellation.
    func run() async throws(KafkaError)
    /// The next event; nil at the end. Called by one task.
    func next() async throws(KafkaError) -> ConsumerEvent?
    /// The next messages of a topic, in order, as many as are there and at least one, or what happens to
    /// partitions; nil at the end.
    ///
    /// Called by one task.
    func next(atMost count: Int) async throws(KafkaError) -> ConsumerBatch?
    /// Keeps a topic's messages back until `resume`; never what happens to partitions.
    func pause(topic: String)
    func resume(topic: String)
    /// Commits the offsets of the next messages to be read.
    func commit(_ offsets: [TopicPartition: Int64], within limit: Duration) async throws(KafkaError)
    /// Begins to leave; `run` returns and `next` gives nil when it is done.
    func close(within limit: Duration)
}

extension WorkSource {
    /// One at a time, for a source that has no more to give at once.
    package func next(atMost count: Int) async throws(KafkaError) -> ConsumerBatch? {
        switch try await next() {
        case .message(let message): .messages([message])
        case .some(let event): .turn(event)
        case nil: nil
        }
    }
}

extension ConsumerGroupMember: WorkSource {}
