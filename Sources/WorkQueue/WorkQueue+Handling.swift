import Kafka
import Logging

extension WorkQueue {
    func startReady(_ topic: String) {
        while !isStopping, let job = intakes[topic]?.start() {
            beginnings[topic, default: [:]][job.ticket] = elapsed()
            starter.yield(job)
        }
    }

    /// Runs a child for each job that starts.
    nonisolated func handleStarted() async {
        await withDiscardingTaskGroup { group in
            for await job in started {
                group.addTask { await self.handle(job) }
            }
        }
    }

    private nonisolated func handle(_ job: TopicIntake.Job) async {
        let outcome: HandlerOutcome =
            switch job.stage {
            case .handle: await handler(job.message)
            case .bury(let reason): .dead(reason: reason)
            }
        switch outcome {
        case .done:
            await finish(job)
        case .againSoon(let reason):
            await rest(job, stage: .handle, reason)
        case .dead(let reason):
            do {
                try await deadLetters(DeadLetter(reason: reason, message: job.message))
                await finish(job)
            } catch {
                await rest(job, stage: .bury(reason: reason), "the dead letter can't be published: \(error)")
            }
        }
    }

    private func finish(_ job: TopicIntake.Job) {
        intakes[job.message.topic]?.finish(job.ticket)
        hasEnded(job)
    }

    /// Waits in place, outside the slots of those that run, then lets the job take its turn again.
    private func rest(_ job: TopicIntake.Job, stage: TopicIntake.Stage, _ reason: String) async {
        let topic = job.message.topic
        let repetition = intakes[topic]?.rest(job.ticket, stage: stage)
        if isStopping { intakes[topic]?.dropIdle { $0 == job.message.partition } }
        hasEnded(job)
        guard let repetition, !isStopping else { return }
        let wait = policy.backOff(attempt: repetition, chance: chance())
        logger.debug(
            "A message is tried again",
            metadata: [
                "topic": "\(topic)", "offset": "\(job.message.offset)", "after": "\(wait)",
                "reason": "\(reason)",
            ]
        )
        // Cancelled: the queue ends, and the message comes again to another member.
        guard (try? await clock.sleep(for: wait)) != nil else { return }
        intakes[topic]?.wake(job.ticket)
        startReady(topic)
    }

    private func hasEnded(_ job: TopicIntake.Job) {
        beginnings[job.message.topic]?[job.ticket] = nil
        startReady(job.message.topic)
        steer(job.message.topic)
        wakeWatchers()
    }
}
