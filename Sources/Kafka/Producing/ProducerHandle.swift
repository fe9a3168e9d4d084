import CRdkafka

/// A producer's handle with the topics used through it; they end together.
struct ProducerHandle {
    let client: NativeClient
    private var topics: TopicHandles

    init(_ client: NativeClient) {
        self.client = client
        topics = TopicHandles(client.handle)
    }

    /// Hands a record to the library, which copies it; never blocks.
    mutating func produce(_ record: ProducerRecord, _ ticket: Ticket) -> KafkaError? {
        guard record.headers.isEmpty, record.timestampMilliseconds == nil,
            let topic = topics.handle(of: record.topic)
        else { return client.produce(record, ticket) }
        return client.produce(bare: record, to: topic, ticket)
    }

    /// What is still queued or on its way is reported as given up.
    func purge() {
        rd_kafka_purge(client.handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
    }

    mutating func destroy() {
        topics.destroy()
        client.destroy()
    }
}
