package import Logging
import Synchronization

/// Reads all partitions of a topic without a group: every reader sees every message, and commits nothing.
///
/// Partitions that are added to the topic later are read from their start, once they are noticed. Where the
/// log has lost an offset, or the topic was made anew with less in it, reading goes on with the oldest.
package final class TopicReader: Sendable {
    /// Where reading starts, in each partition.
    package enum Start: Sendable, Hashable {
        case beginning
        case end
        /// The first message stamped then or later, in milliseconds since 1970; the end if there is none.
        case time(milliseconds: Int64)
    }

    static let defaults = [
        // An offset that has fallen out of the log: go on with the oldest rather than skip.
        "auto.offset.reset": "earliest",
        "queued.min.messages": "1000",
        "queued.max.messages.kbytes": "8192",
    ]

    private let thread: ClientThread<ReaderLoop>
    private let mailbox: Mailbox
    private let client: NativeClient

    /// Opens a reader; it connects in the background and reads nothing until `start`.
    ///
    /// - Throws: `KafkaError` naming a property that is refused.
    package init(
        configuration: KafkaConfiguration,
        topic: String,
        messagesReadAhead: Int = 64,
        looksForPartitionsEvery lookEvery: Duration = .seconds(30),
        logger: Logger,
        now: @escaping Now = { .now }
    ) throws(KafkaError) {
        let bell = try Bell()
        let client = try NativeClient(
            .reader,
            configuration,
            defaults: Self.defaults,
            fixed: ConsumerGroupMember.fixed,
            bell: bell,
            logger: logger,
            now: now
        )
        self.client = client
        thread = ClientThread(bell: bell, now: now)
        mailbox = Mailbox(topics: [topic], capacity: messagesReadAhead, now: now) { bell.ring() }
        thread.start(name: "kafka-reader") { [mailbox] in
            ReaderLoop(client: client, mailbox: mailbox, bell: bell, topic: topic, lookEvery: lookEvery)
        }
    }

    deinit {
        close()
    }

    /// Fixes the offset of each partition and begins to read there; may be tried again after an error.
    ///
    /// What is published after this returns will be read: no message falls between asking for the end and
    /// reading.
    /// - Returns: the offset from which each partition is read.
    /// - Throws: `KafkaError`; `unknownTopic` if the topic doesn't exist.
    @discardableResult
    package func start(
        from start: Start,
        within limit: Duration
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        let deadline = thread.now() + limit
        return try await thread.ask("start reading") { loop, promise in
            promise.settle(loop.start(from: start, until: deadline))
        }
    }

    /// The messages, for one task; ends with `close` or the task's cancellation, and throws when they can't be
    /// read any more.
    package var messages: ReaderMessages { ReaderMessages(mailbox: mailbox) }

    /// Ends reading; messages not taken yet are forgotten.
    package func close() {
        client.isAbandoned.store(true, ordering: .relaxed)
        thread.post { $0.close() }
    }
}

/// What a `TopicReader` reads.
package struct ReaderMessages: AsyncSequence, Sendable {
    let mailbox: Mailbox

    package struct AsyncIterator: AsyncIteratorProtocol {
        let mailbox: Mailbox

        package mutating func next() async throws(KafkaError) -> KafkaMessage? {
            try await next(isolation: nil)
        }

        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(KafkaError) -> KafkaMessage? {
            while let event = try await mailbox.next() {
                if case .message(let message) = event { return message }
            }
            return nil
        }
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(mailbox: mailbox)
    }
}
