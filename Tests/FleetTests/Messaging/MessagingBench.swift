import Fleet
import Foundation
import Kafka
import Reservations
import Synchronization

/// Takes records in place of a broker.
final class RecordKeeper: RecordSending {
    private let kept = Mutex<[ProducerRecord]>([])
    private let refusal: KafkaError?

    init(refusing refusal: KafkaError? = nil) {
        self.refusal = refusal
    }

    var records: [ProducerRecord] { kept.withLock { $0 } }

    func send(_ record: ProducerRecord) async throws(KafkaError) -> RecordMetadata {
        if let refusal { throw refusal }
        let offset = kept.withLock { kept in
            kept.append(record)
            return kept.count - 1
        }
        return RecordMetadata(topic: record.topic, partition: 0, offset: Int64(offset))
    }
}

extension ProducerRecord {
    /// As a reader would see it.
    var message: KafkaMessage {
        KafkaMessage(topic: topic, partition: 3, offset: 42, key: key, value: value, headers: headers)
    }

    func header(_ name: String) -> String? { message.header(name)?.text }
}

enum SampleEvents {
    static let id = ReservationID(unchecked: "0b8f3c52-6f0e-4a57-9a34-0d1f5b7c9e21")
    static let other = ReservationID(unchecked: "0b8f3c52-6f0e-4a57-9a34-0d1f5b7c9e22")

    static func event(
        _ status: Status,
        version: Int,
        phase: String = "p",
        of id: ReservationID = id
    ) -> ReservationEvent {
        var row = Reservation(id: id, request: nil, status: status, createdAt: BenchTime.start)
        row.version = version
        row.expiresAt = BenchTime.start.addingTimeInterval(0.25)
        return ReservationEvent(of: row, phase: phase, detail: "a detail", at: BenchTime.start)
    }

    static let report = OrphanReport(
        volume: VolumeID(unchecked: "vol-0123456789abcdef0"),
        reservation: id,
        generation: 2,
        phase: "disk_wait_start",
        cause: "cancelled"
    )
}
