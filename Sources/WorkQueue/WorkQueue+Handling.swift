import Kafka
import Logging
import Synchronization

extension WorkQueue {
    /// A handler's good end, on its way to the queue.
    struct Ending: Sendable {
        let topic: String
        let ticket: Ticket
        let outcome: WorkQueueMetrics.Outcome
    }

    func startReady(_ topic: String) {
        guard !isStopping else { return }
        let now = elapsed()
        var jobs: [TopicIntake.Job] = []
        while let job = intakes[topic]?.start(at: now) { jobs.append(job) }
        if !jobs.isEmpty { starter.yield(jobs) }
    }

    /// Runs a child for each job that starts.
    ///
    /// Each begins at once, here, until it first suspends: a handler that needn't wait costs no switch of tasks.
    nonisolated func handleStarted() async {
        await withDiscardingTaskGroup { group in
            for await jobs in started {
                for job in jobs {
                    group.addImmediateTask { await self.handle(job) }
                }
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
            await finish(Ending(topic: job.message.topic, ticket: job.ticket, outcome: .done))
        case .againSoon(let reason):
            await rest(job, stage: .handle, reason)
        case .dead(let reason):
            do {
                try await deadLetters(DeadLetter(reason: reason, message: job.message))
                await finish(Ending(topic: job.message.topic, ticket: job.ticket, outcome: .dead))
            } catch {
                await rest(job, stage: .bury(reason: reason), "the dead letter can't be published: \(error)")
            }
        }
    }

    /// Only the first of those that end at about the same time goes to the queue, for all of them.
    private nonisolated func finish(_ ending: Ending) async {
        let isFirst = endings.withLock { endings in
            endings.append(ending)
            return endings.count == 1
        }
        if isFirst { await settle() }
    }

    private func settle() {
        let ended = endings.withLock { endings in
            defer { endings = [] }
            return endings
        }
        let now = elapsed()
        var touched: [String] = []
        for ending in ended {
            guard let finish = intakes[ending.topic]?.finish(ending.ticket, at: now) else { continue }
            metrics(of: ending.topic).count(ending.outcome, ran: finish.ran)
            if let time = finish.endedStretch {
                logger.info(
                    "A partition no longer waits",
                    metadata: ["partition": "\(ending.topic)[\(finish.partition)]", "after": "\(time)"]
                )
            }
            if touched.last != ending.topic { touched.append(ending.topic) }
        }
        for topic in touched {
            startReady(topic)
            steer(topic)
        }
        wakeWatchers()
    }

    /// Waits in place, outside the slots of those that run, then lets the job take its turn again.
    private func rest(_ job: TopicIntake.Job, stage: TopicIntake.Stage, _ reason: String) async {
        let topic = job.message.topic
        let rest = intakes[topic]?.rest(job, stage: stage, at: elapsed())
        metrics(of: topic).count(.again, ran: nil)
        startReady(topic)
        steer(topic)
        wakeWatchers()
        guard let rest, !isStopping else { return }
        let wait = policy.backOff(attempt: rest.repetition, chance: chance())
        tell(job, rest, wait, reason)
        // Cancelled: the queue ends, and the message comes again to another member.
        guard (try? await clock.sleep(for: wait)) != nil else { return }
        intakes[topic]?.wake(job.ticket)
        startReady(topic)
    }

    /// Says once that a partition waits, however often and by however many messages.
    private func tell(_ job: TopicIntake.Job, _ rest: Rest, _ wait: Duration, _ reason: String) {
        let metadata: Logger.Metadata = [
            "partition": "\(job.message.topicPartition)", "offset": "\(job.message.offset)",
            "after": "\(wait)", "reason": "\(reason)",
        ]
        if rest.beginsStretch {
            logger.info("A partition waits: a message of it is tried again", metadata: metadata)
        } else {
            logger.debug("A message is tried again", metadata: metadata)
        }
    }
}
