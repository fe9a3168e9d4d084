import Kafka
import WorkQueue

/// A consumer whose events never come, and which gives itself up once they are asked for.
final class HangingSource: WorkSource {
    private let asked = Gate()

    func run() async throws(KafkaError) {
        await asked.pass()
        throw .coded(.stuck, "nobody took its messages")
    }

    func next() async throws(KafkaError) -> ConsumerEvent? {
        asked.open()
        await Gate().pass()
        return nil
    }

    func pause(topic: String) {}
    func resume(topic: String) {}
    func commit(_ offsets: [TopicPartition: Int64], within limit: Duration) async throws(KafkaError) {}
    func close(within limit: Duration) {}
}
