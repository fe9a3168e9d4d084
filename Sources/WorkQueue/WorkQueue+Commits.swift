import Kafka
import Logging

extension WorkQueue {
    nonisolated func commitRegularly() async {
        while (try? await clock.sleep(for: policy.commitInterval)) != nil {
            await commit(within: policy.commitLimit)
        }
    }

    /// Commits what is done and not committed; a refusal is tried again with the next.
    func commit(within limit: Duration) async {
        var offsets: [TopicPartition: Int64] = [:]
        for (topic, intake) in intakes {
            for (partition, offset) in intake.uncommitted() {
                offsets[TopicPartition(topic: topic, partition: partition)] = offset
            }
        }
        guard !offsets.isEmpty else { return }
        do {
            try await consumer.commit(offsets, within: limit)
        } catch {
            logger.info("Offsets were not committed", metadata: ["error": "\(error)"])
            return
        }
        lastCommit = elapsed()
        for (item, offset) in offsets { intakes[item.topic]?.commit(item.partition, offset) }
    }
}
