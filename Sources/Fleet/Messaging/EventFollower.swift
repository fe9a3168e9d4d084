package import Kafka
package import Logging
package import Reservations

/// Follows `reservations.events` from now on, without a group: every follower hears everything.
package struct EventFollower: Sendable {
    private let reader: TopicReader

    /// Opens a reader and fixes where it starts, so that what is published afterwards will be heard.
    ///
    /// - Throws: `KafkaError`, such as `unknownTopic`.
    package init(
        configuration: KafkaConfiguration,
        topics: Topics,
        within limit: Duration,
        logger: Logger
    ) async throws(KafkaError) {
        reader = try TopicReader(configuration: configuration, topic: topics.events.name, logger: logger)
        try await reader.start(from: .end, within: limit)
    }

    /// What happens to one reservation, for one task; ends after a terminal status.
    package func events(of id: ReservationID) -> ReservationEvents<ReaderMessages> {
        ReservationEvents(base: reader.messages, course: ReservationCourse(of: id))
    }

    /// Everything that is said, for one task.
    package var heard: HeardEvents<ReaderMessages> { HeardEvents(base: reader.messages) }

    /// What workers listen for, for one task.
    package var hints: WorkerHints<ReaderMessages> { WorkerHints(base: reader.messages) }

    package func close() { reader.close() }
}

/// Which events of a reservation its reader takes: none older than what it heard, nothing after the end.
package struct ReservationCourse: Sendable {
    private let id: ReservationID
    private var version = Int.min
    package private(set) var isOver = false

    package init(of id: ReservationID) {
        self.id = id
    }

    /// The event of a message, or nil if it is of no concern: another's, a hint, old, or not understood.
    package mutating func take(_ message: KafkaMessage) -> ReservationEvent? {
        guard !isOver, let heard = try? HeardEvent(message) else { return nil }
        return take(heard)
    }

    package mutating func take(_ heard: HeardEvent) -> ReservationEvent? {
        guard !isOver, case .reservation(let event) = heard else { return nil }
        // The steps of one version of the row come one after another.
        guard event.reservation == id, event.version >= version else { return nil }
        version = event.version
        isOver = event.status.isTerminal
        return event
    }
}

/// All events that can be understood.
package struct HeardEvents<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable
where Base.Element == KafkaMessage, Base.Failure == KafkaError {
    let base: Base

    package struct AsyncIterator: AsyncIteratorProtocol {
        var base: Base.AsyncIterator

        package mutating func next() async throws(KafkaError) -> HeardEvent? {
            try await next(isolation: nil)
        }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws(KafkaError)
            -> HeardEvent?
        {
            while let message = try await base.next(isolation: actor) {
                if let heard = try? HeardEvent(message) { return heard }
            }
            return nil
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator()) }
}

/// The events of one reservation.
package struct ReservationEvents<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable
where Base.Element == KafkaMessage, Base.Failure == KafkaError {
    let base: Base
    let course: ReservationCourse

    package struct AsyncIterator: AsyncIteratorProtocol {
        var base: Base.AsyncIterator
        var course: ReservationCourse

        package mutating func next() async throws(KafkaError) -> ReservationEvent? {
            try await next(isolation: nil)
        }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws(KafkaError)
            -> ReservationEvent?
        {
            while !course.isOver, let message = try await base.next(isolation: actor) {
                if let event = course.take(message) { return event }
            }
            return nil
        }
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: base.makeAsyncIterator(), course: course)
    }
}
