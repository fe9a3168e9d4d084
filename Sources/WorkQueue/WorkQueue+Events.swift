import Kafka
import Logging

extension WorkQueue {
    /// Takes what the consumer brings, until there is no more.
    func takeEvents() async throws(KafkaError) {
        while let event = try await consumer.next() {
            switch event {
            case .assigned(let partitions):
                for item in partitions {
                    intakes[item.topic, default: TopicIntake(policy)].assign(item.partition)
                    steer(item.topic)
                }
            case .message(let message):
                admit(message)
            case .revoking(let revocation):
                await giveUp(revocation)
            case .lost(let partitions):
                release(partitions)
            }
        }
    }

    private func admit(_ message: KafkaMessage) {
        // What has not begun when the queue stops comes again to another member.
        guard !isStopping, intakes[message.topic]?.admit(message) == true else { return }
        startReady(message.topic)
        steer(message.topic)
    }

    /// Drops what has not begun, waits for what runs, commits, and lets go.
    private func giveUp(_ revocation: Revocation) async {
        let going = Set(revocation.partitions)
        for topic in Set(going.map(\.topic)) {
            intakes[topic]?.dropIdle { going.contains(TopicPartition(topic: topic, partition: $0)) }
        }
        // A third is left for the commit.
        await wait(revocation.limit * 2 / 3) { queue in
            !queue.intakes.contains { topic, intake in
                intake.isRunning { going.contains(TopicPartition(topic: topic, partition: $0)) }
            }
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
