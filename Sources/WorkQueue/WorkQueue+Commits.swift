import Kafka
import Logging

extension WorkQueue {
    /// Commits and measures again and again, until cancelled.
    nonisolated func commitRegularly() async {
        while (try? await clock.sleep(for: policy.commitInterval)) != nil {
            await commit(within: policy.commitLimit)
            await showMetrics()
        }
    }

    /// Commits what is done and not committed; a refusal is tried again with the next.
    func commit(within limit: Duration) async {
        var safe: [TopicPartition: SafeOffset] = [:]
        for (topic, intake) in intakes {
            for (partition, offset) in intake.uncommitted() {
                safe[TopicPartition(topic: topic, partition: partition)] = offset
            }
        }
        guard !safe.isEmpty else { return }
        do {
            try await consumer.commit(safe.mapValues(\.offset), within: limit)
        } catch {
            commitMetrics.count(isAccepted: false)
            // Said once: what goes on for long is in the status.
            logger.log(
                level: refusedSince == nil ? .info : .debug,
                "Offsets were not committed",
                metadata: ["error": "\(error)"]
            )
            refusedSince = refusedSince ?? elapsed()
            return
        }
        commitMetrics.count(isAccepted: true)
        if let since = refusedSince {
            logger.info("Offsets are committed again", metadata: ["after": "\(elapsed() - since)"])
        }
        refusedSince = nil
        lastCommit = elapsed()
        // A partition may have gone and come meanwhile: the intake knows by the assignment.
        for (item, offset) in safe { intakes[item.topic]?.commit(item.partition, offset) }
    }

    private func showMetrics() {
        let now = elapsed()
        for (topic, intake) in intakes { metrics(of: topic).show(intake.status(at: now)) }
    }
}
