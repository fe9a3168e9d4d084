import Kafka
import Logging

extension WorkQueue {
    /// What is taken at once: enough that a message's share of the way here is small.
    private static let messagesAtOnce = 256

    /// Takes what the consumer brings, until there is no more.
    func takeEvents() async throws(KafkaError) {
        while true {
            busySince = nil
            let batch = try await consumer.next(atMost: takable)
            busySince = elapsed()
            switch batch {
            case .messages(let messages): take(messages)
            case .turn(let event): await turn(event)
            case nil: return
            }
        }
    }

    /// No more than fits into each topic that isn't held, so that a batch overshoots no number.
    private var takable: Int {
        let rooms = intakes.filter { !held.contains($0.key) }.values.map { intake in
            min(policy.messages - intake.lanes.count, policy.trackedOffsets - intake.trackedOffsets)
        }
        return max(1, min(Self.messagesAtOnce, rooms.min() ?? Self.messagesAtOnce))
    }

    /// What happens to partitions; the one place that knows all kinds of events.
    private func turn(_ event: ConsumerEvent) async {
        switch event {
        case .assigned(let partitions):
            for item in partitions {
                intakes[item.topic, default: TopicIntake(policy)].assign(item.partition)
                steer(item.topic)
            }
        case .message(let message):
            take([message])
        case .revoking(let revocation):
            await giveUp(revocation)
        case .lost(let partitions):
            release(partitions)
        }
    }

    /// Takes messages of one topic in, and begins what may begin.
    private func take(_ messages: [KafkaMessage]) {
        // What has not begun when the queue stops comes again to another member.
        guard !isStopping, let topic = messages.first?.topic,
            let refused = intakes[topic]?.admit(messages, at: busySince ?? .zero)
        else { return }
        for message in refused {
            logger.debug(
                "A message came too late",
                metadata: ["partition": "\(message.topicPartition)", "offset": "\(message.offset)"]
            )
        }
        startReady(topic)
        steer(topic)
    }

    /// Drops what has not begun, waits for what runs, commits, and lets go.
    private func giveUp(_ revocation: Revocation) async {
        let going = Set(revocation.partitions)
        for topic in Set(going.map(\.topic)) {
            intakes[topic]?.drain { going.contains(TopicPartition(topic: topic, partition: $0)) }
        }
        // A third is left for the commit.
        await wait(revocation.limit * 2 / 3) { queue in
            let runs = queue.intakes.contains { topic, intake in
                intake.isRunning { going.contains(TopicPartition(topic: topic, partition: $0)) }
            }
            return !runs || queue.isHurried
        }
        await commit(within: revocation.limit / 3)
        release(revocation.partitions)
        revocation.complete()
    }

    private func release(_ partitions: [TopicPartition]) {
        for item in partitions {
            intakes[item.topic]?.release(item.partition)
            steer(item.topic)
        }
    }
}
