import Foundation
package import Kafka
package import Reservations

/// A message of `reservations.events`, understood.
package enum HeardEvent: Sendable, Equatable {
    case reservation(ReservationEvent)
    case capacityFreed(GPUType)
    case workerDied(WorkerID)
    case refused(Refusal)
    /// A type that this version doesn't know: newer ones may say more.
    case unknown(String)

    /// Reads a message by its envelope or, without one, by its fields.
    ///
    /// - Throws: for what can't be understood.
    package init(_ message: KafkaMessage) throws(MessageError) {
        guard let envelope = try CloudEvent(of: message) else {
            self = try Self.plain(message)
            return
        }
        switch EventType(name: envelope.type) {
        case .reservation: self = .reservation(try MessageBody.decode(ReservationEvent.self, from: message))
        case .capacityFreed:
            self = .capacityFreed(try MessageBody.decode(CapacityHint.self, from: message).gpuType)
        case .workerDied:
            self = .workerDied(try MessageBody.decode(DeathHint.self, from: message).worker)
        case .refused: self = .refused(try MessageBody.decode(Refusal.self, from: message))
        case .volumeOrphaned, nil: self = .unknown(envelope.type)
        }
    }

    private static func plain(_ message: KafkaMessage) throws(MessageError) -> HeardEvent {
        if let hint = try? MessageBody.decode(CapacityHint.self, from: message) {
            return .capacityFreed(hint.gpuType)
        }
        if let hint = try? MessageBody.decode(DeathHint.self, from: message) {
            return .workerDied(hint.worker)
        }
        if let refusal = try? MessageBody.decode(Refusal.self, from: message) { return .refused(refusal) }
        return .reservation(try MessageBody.decode(ReservationEvent.self, from: message))
    }
}

extension OrphanReport {
    /// Reads a message of `volumes.orphaned`.
    ///
    /// - Throws: for what can't be understood.
    package init(_ message: KafkaMessage) throws(MessageError) {
        if let envelope = try CloudEvent(of: message), envelope.type != EventType.volumeOrphaned.name {
            throw MessageError(
                "is of the type \(envelope.type.prefix(80)), not \(EventType.volumeOrphaned.name)"
            )
        }
        self = try MessageBody.decode(OrphanReport.self, from: message)
    }
}

/// The JSON in a message.
enum MessageBody {
    /// The design's bound of a body.
    static let mostBytes = 128 << 10

    static func decode<Body: Decodable>(_ type: Body.Type, from message: KafkaMessage) throws(MessageError)
        -> Body
    {
        guard let value = message.value else { throw MessageError("has no body") }
        guard value.count <= mostBytes else {
            throw MessageError("has \(value.count) bytes; at most \(mostBytes) are taken")
        }
        do {
            return try WireJSON.decoder().decode(type, from: Data(value))
        } catch let error as DecodingError {
            throw MessageError(explain(error))
        } catch {
            throw MessageError("isn't JSON")
        }
    }

    private static func explain(_ error: DecodingError) -> String {
        func at(_ context: DecodingError.Context, _ key: String? = nil) -> String {
            (context.codingPath.map(\.stringValue) + (key.map { [$0] } ?? [])).joined(separator: ".")
        }
        switch error {
        case .keyNotFound(let key, let context): return "has no \(at(context, key.stringValue))"
        case .valueNotFound(_, let context): return "has null at \(at(context))"
        case .typeMismatch(_, let context): return "has another type than expected at \(at(context))"
        case .dataCorrupted(let context):
            guard !context.codingPath.isEmpty else { return "isn't JSON" }
            return "has something wrong at \(at(context)): \(context.debugDescription)"
        @unknown default: return "can't be read"
        }
    }
}
