import Foundation
import Kafka
package import Reservations

/// What workers and janitors say, on Kafka.
package struct KafkaEvents: EventSink {
    private let producer: any RecordSending
    private let topics: Topics
    private let source: String
    private let time: any Timepiece
    private let chance: any Chance

    /// A sink that publishes under a source such as `/berth/worker/<id>`.
    package init(
        producer: any RecordSending,
        topics: Topics,
        source: String,
        time: any Timepiece,
        chance: any Chance
    ) {
        self.producer = producer
        self.topics = topics
        self.source = source
        self.time = time
        self.chance = chance
    }

    package func publish(_ event: ReservationEvent) async throws(SinkError) {
        // Said twice it has the same id, so that readers can tell a repeat.
        let id = "\(event.reservation)/\(event.version)/\(event.status.rawValue)/\(event.phase)"
        try await send(
            event,
            to: topics.events,
            key: event.reservation.rawValue,
            envelope(id: id, .reservation(event.status), at: event.at)
        )
    }

    package func publish(_ report: OrphanReport) async throws(SinkError) {
        let id = "\(report.volume)/\(report.reservation)/\(report.generation)/\(report.phase)"
        try await send(
            report,
            to: topics.orphaned,
            key: report.reservation.rawValue,
            envelope(id: id, .volumeOrphaned, at: time.now())
        )
    }

    package func publish(_ refusal: Refusal) async throws(SinkError) {
        let what = refusal.command?.rawValue ?? refusal.asked.rawValue
        try await send(
            refusal,
            to: topics.events,
            key: refusal.reservation.rawValue,
            envelope(id: "\(refusal.reservation)/refused/\(refusal.userID)/\(what)", .refused, at: refusal.at)
        )
    }

    package func hintCapacity(of type: GPUType) async throws(SinkError) {
        try await send(
            CapacityHint(gpuType: type),
            to: topics.events,
            key: type.rawValue,
            envelope(id: chance.hex(bytes: 16), .capacityFreed, at: time.now())
        )
    }

    package func hintDeath(of worker: WorkerID) async throws(SinkError) {
        try await send(
            DeathHint(worker: worker),
            to: topics.events,
            key: worker.rawValue,
            // A worker dies once, whoever tells it.
            envelope(id: worker.rawValue, .workerDied, at: time.now())
        )
    }

    private func envelope(id: String, _ type: EventType, at date: Date) -> CloudEvent {
        CloudEvent(
            id: id,
            source: source,
            type: type.name,
            time: WireJSON.text(date),
            traceparent: TraceContext.traceparent
        )
    }

    private func send(
        _ body: some Encodable,
        to topic: Topics.Topic,
        key: String,
        _ envelope: CloudEvent
    ) async throws(SinkError) {
        let value: [UInt8]
        do {
            value = try Array(WireJSON.encoder().encode(body))
        } catch {
            throw SinkError("\(envelope.type) can't be written as JSON: \(error)")
        }
        let record = ProducerRecord(
            topic: topic.name,
            key: Array(key.utf8),
            value: value,
            headers: envelope.headers
        )
        do {
            try await producer.send(record)
        } catch {
            throw SinkError("\(topic.name): \(error)")
        }
    }
}

/// That GPUs of a type may have come free.
struct CapacityHint: Codable, Sendable, Equatable {
    let gpuType: GPUType

    enum CodingKeys: String, CodingKey {
        case gpuType = "gpu_type"
    }
}

/// That a worker was written dead, so that its heirs look at once.
struct DeathHint: Codable, Sendable, Equatable {
    let worker: WorkerID

    enum CodingKeys: String, CodingKey {
        case worker = "worker_id"
    }
}
