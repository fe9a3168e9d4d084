import Fleet
import Foundation
import Kafka
import Reservations

/// Publishes one message and waits for the broker's word.
struct Publishing {
    let kafka: KafkaAccess
    let session: Session

    func publish(_ body: [UInt8], key: String, type: String, to topic: String) async throws {
        let producer = try kafka.producer()
        let event = CloudEvent(
            id: UUID().uuidString.lowercased(),
            source: "/berth/cli",
            type: type,
            time: WireJSON.text(Date()),
            traceparent: ProcessMain.environment["TRACEPARENT"].flatMap {
                TraceContext.accepts($0) ? $0 : nil
            }
        )
        let record = ProducerRecord(topic: topic, key: Array(key.utf8), value: body, headers: event.headers)
        do {
            try await producer.send(record)
        } catch {
            await producer.close(within: .seconds(1))
            throw KafkaAccess.startError(error)
        }
        await producer.close(within: .seconds(5))
    }
}
