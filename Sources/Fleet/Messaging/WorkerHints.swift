package import Kafka
package import Reservations

/// What a worker's fourth loop listens for.
///
/// Hints only: another loop looks for itself.
package enum WorkerHint: Sendable, Equatable {
    /// The reservation is to end: whoever drives it is interrupted.
    case ending(ReservationID, version: Int)
    case capacityFreed(GPUType)
    /// Its heirs look at once.
    case died(WorkerID)

    /// Nil for all other messages, and for what can't be understood.
    package init?(_ message: KafkaMessage) {
        switch try? HeardEvent(message) {
        case .reservation(let event)? where event.status.isEnding:
            self = .ending(event.reservation, version: event.version)
        case .capacityFreed(let type)?: self = .capacityFreed(type)
        case .workerDied(let worker)?: self = .died(worker)
        case .reservation?, .refused?, .unknown?, nil: return nil
        }
    }
}

/// The hints among the messages of `reservations.events`.
package struct WorkerHints<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable
where Base.Element == KafkaMessage, Base.Failure == KafkaError {
    let base: Base

    package struct AsyncIterator: AsyncIteratorProtocol {
        var base: Base.AsyncIterator

        package mutating func next() async throws(KafkaError) -> WorkerHint? {
            try await next(isolation: nil)
        }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws(KafkaError)
            -> WorkerHint?
        {
            while let message = try await base.next(isolation: actor) {
                if let hint = WorkerHint(message) { return hint }
            }
            return nil
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator()) }
}
