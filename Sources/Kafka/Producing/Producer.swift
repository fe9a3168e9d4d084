package import Logging

/// Sends records; one for a process is enough, from as many tasks as one likes.
///
/// Records of one task that waits for each are in order. After an error that ends the library's handle, such
/// as a gap in the sequence of an idempotent producer, a new one takes its place: what was under way fails
/// with what is known of it, what waited goes on. Too many of those in a short time end the producer.
package final class Producer: Sendable {
    /// What Berth sets unless the configuration says otherwise.
    static let defaults = [
        "enable.idempotence": "true",
        "acks": "all",
        // As Java's: keys land on the same partition whoever produces.
        "partitioner": "murmur2_random",
        // The longest wait of a `send` for its acknowledgement.
        "delivery.timeout.ms": "30000",
        "queue.buffering.max.messages": "10000",
        "queue.buffering.max.kbytes": "65536",
    ]

    private let thread: ClientThread<ProducerLoop>

    /// Opens a producer; it connects in the background.
    ///
    /// - Throws: `KafkaError` naming a property that is refused.
    package init(
        configuration: KafkaConfiguration,
        logger: Logger,
        now: @escaping Now = { .now }
    ) throws(KafkaError) {
        let bell = try Bell()
        let make = { @Sendable () throws(KafkaError) in
            try NativeClient(
                .producer,
                configuration,
                defaults: Self.defaults,
                bell: bell,
                logger: logger
            )
        }
        let client = try make()
        thread = ClientThread(bell: bell, now: now)
        thread.start(name: "kafka-producer") { ProducerLoop(client: client, makeClient: make) }
    }

    deinit {
        thread.post { [now = thread.now] in $0.close(until: now()) }
    }

    /// Returns when all in-sync replicas have the record.
    ///
    /// Suspends while the producer's queue is full. A cancelled wait throws, and the record may still arrive
    /// if it had left the queue: `outcome` says which.
    /// - Throws: `KafkaError` with `outcome` set.
    @discardableResult
    package func send(_ record: ProducerRecord) async throws(KafkaError) -> RecordMetadata {
        guard let outcome = await send([record]).first else {
            throw .coded(.state, "a send has no outcome", outcome: .possiblyPersisted)
        }
        return try outcome.get()
    }

    /// Sends records in their order, and returns what became of each once all are acknowledged or given up.
    ///
    /// Costs one hop to the producer's thread and back for all of them; one that is refused holds up none of
    /// the others. A cancelled wait ends as with `send` of one: `outcome` of each says what is known.
    /// - Returns: As many outcomes as records, in their order.
    package func send(_ records: [ProducerRecord]) async -> [Result<RecordMetadata, KafkaError>] {
        guard !records.isEmpty else { return [] }
        let dispatch = Dispatch(records)
        guard thread.post({ $0.send(dispatch) }) else {
            return records.map { _ in .failure(.closed("the producer", outcome: .notPersisted)) }
        }
        do {
            let outcomes = try await dispatch.promise.value { [thread] in
                thread.post { $0.cancel(dispatch) }
            }
            return outcomes.results(of: records)
        } catch {
            return records.map { _ in .failure(error.with(outcome: error.outcome ?? .possiblyPersisted)) }
        }
    }

    /// Returns when nothing sent before this call waits for its acknowledgement any more.
    ///
    /// - Throws: `KafkaError` with code `timedOut` if some still wait when the time is over; they are not
    ///   given up.
    package func flush(within limit: Duration) async throws(KafkaError) {
        let deadline = thread.now() + limit
        try await thread.ask("flush") { loop, promise in loop.flush(until: deadline, promise) }
    }

    /// Refuses new records, waits for those under way, gives up what is left after the limit, and ends the
    /// handle.
    ///
    /// A second call only waits no more than the first.
    package func close(within limit: Duration) async {
        let deadline = thread.now() + limit
        let _: Void? = try? await thread.ask("close") { loop, promise in
            loop.close(until: deadline, promise)
        }
    }
}
