import Kafka
import Synchronization
import WorkQueue

/// A consumer that a test speaks for.
final class FakeSource: WorkSource {
    enum Act: Equatable, Sendable {
        case paused(String)
        case resumed(String)
        case committed([TopicPartition: Int64])
        case completed
        case closed
    }

    let acts = Record<Act>()
    private let events: AsyncStream<ConsumerEvent>
    private let feed: AsyncStream<ConsumerEvent>.Continuation
    private let life: AsyncStream<Void>
    private let death: AsyncStream<Void>.Continuation
    private let refusals = Mutex(0)

    init() {
        (events, feed) = AsyncStream.makeStream()
        (life, death) = AsyncStream.makeStream()
    }

    func say(_ event: ConsumerEvent) {
        feed.yield(event)
    }

    func assign(_ topic: String, _ partitions: Int32...) {
        say(.assigned(partitions.map { TopicPartition(topic: topic, partition: $0) }))
    }

    func message(_ topic: String, _ partition: Int32, _ offset: Int64, key: String?, value: [UInt8] = [1]) {
        say(
            .message(
                KafkaMessage(
                    topic: topic,
                    partition: partition,
                    offset: offset,
                    key: key.map { Array($0.utf8) },
                    value: value
                )
            )
        )
    }

    func revoke(_ topic: String, _ partitions: Int32..., limit: Duration = .seconds(9)) {
        let partitions = partitions.map { TopicPartition(topic: topic, partition: $0) }
        say(.revoking(Revocation(partitions: partitions, limit: limit) { [acts] in acts.add(.completed) }))
    }

    /// Lets the next commits fail.
    func refuse(commits count: Int) {
        refusals.withLock { $0 = count }
    }

    func run() async throws(KafkaError) {
        for await _ in life {}
        feed.finish()
    }

    func next() async throws(KafkaError) -> ConsumerEvent? {
        var iterator = events.makeAsyncIterator()
        return await iterator.next()
    }

    func pause(topic: String) { acts.add(.paused(topic)) }

    func resume(topic: String) { acts.add(.resumed(topic)) }

    func commit(_ offsets: [TopicPartition: Int64], within limit: Duration) async throws(KafkaError) {
        let isRefused = refusals.withLock { count in
            defer { count = max(0, count - 1) }
            return count > 0
        }
        if isRefused { throw .coded(.rebalanceInProgress, "the group is being rebalanced") }
        acts.add(.committed(offsets))
    }

    func close(within limit: Duration) {
        acts.add(.closed)
        death.finish()
    }
}
