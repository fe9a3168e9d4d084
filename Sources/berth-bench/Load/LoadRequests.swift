import Fleet
import Foundation
import Kafka
import Reservations

/// Requests of a measurement, published at a pace.
struct LoadRequests {
    let kafka: KafkaAccess
    let settings: FleetSettings

    /// Publishes a reservation of a user of its own for each id, so many a second.
    func publish(_ ids: [ReservationID], rate: Double) async throws {
        let producer = try kafka.producer()
        let clock = ContinuousClock()
        let start = clock.now
        for (index, id) in ids.enumerated() {
            let fields: [String: JSONValue] = [
                "reservation_id": .string(id.rawValue),
                "user_id": .string("bench-\(index)"),
                "github_user": .string("ada"),
                "gpu_type": .string("t4"),
                "gpu_count": .number(1),
                "duration_hours": .number(1),
                "disk_name": .string("bench"),
            ]
            try await producer.send(
                ProducerRecord(
                    topic: settings.topics.requests.name,
                    key: Array(id.rawValue.utf8),
                    value: Array(try WireJSON.encoder().encode(JSONValue.object(fields)))
                )
            )
            let due = start + .seconds(Double(index + 1) / rate)
            if due > clock.now { try await clock.sleep(until: due) }
        }
        await producer.close(within: .seconds(10))
    }
}
