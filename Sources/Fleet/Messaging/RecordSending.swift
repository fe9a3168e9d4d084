package import Kafka

/// Sends a record and returns once the broker acknowledged it; what a producer is to the adapters here.
package protocol RecordSending: Sendable {
    @discardableResult
    func send(_ record: ProducerRecord) async throws(KafkaError) -> RecordMetadata
}

extension Producer: RecordSending {}
