import DequeModule
import Kafka
import Logging

extension WorkQueue {
    func startReady(_ topic: String) {
        guard !isStopping, let jobs = intakes[topic]?.startAll(at: elapsed()), !jobs.isEmpty else { return }
        starter.yield(jobs)
    }

    /// Runs what starts, in children that each take one job after the other until one of them suspends.
    ///
    /// A child begins at once, here, and comes back when it first waits; the next goes on with what is left. So
    /// handlers that needn't wait share a child, and each that does has one to itself.
    nonisolated func handleStarted() async {
        await withDiscardingTaskGroup { group in
            for await jobs in started {
                let run = JobRun(jobs)
                endings.expect(true)
                while !run.isEmpty {
                    group.addImmediateTask {
                        while let job = run.next() { await self.handle(job) }
                    }
                }
                endings.expect(false)
                await settle()
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

    /// Only one of those that end at about the same time goes to the queue, for all of them.
    private nonisolated func finish(_ ending: Ending) async {
        if endings.add(ending) { await settle() }
    }

    private func settle() {
        let ended = endings.takeAll()
        guard !ended.isEmpty else { return }
        let now = elapsed()
        var rest = ended[...]
        while let topic = rest.first?.topic {
            let same = rest.prefix { $0.topic == topic }
            rest = rest[same.endIndex...]
            settle(same, of: topic, at: now)
            startReady(topic)
            steer(topic)
        }
        wakeWatchers()
    }

    private func settle(_ ended: ArraySlice<Ending>, of topic: String, at now: Duration) {
        let finishes = intakes[topic]?.finish(ended, at: now) ?? []
        metrics(of: topic).count(finishes)
        for finish in finishes {
            guard let time = finish.endedStretch else { continue }
            logger.info(
                "A partition no longer waits",
                metadata: ["partition": "\(topic)[\(finish.partition)]", "after": "\(time)"]
            )
        }
    }

    /// Waits in place, outside the slots of those that run, then lets the job take its turn again.
    private func rest(_ job: TopicIntake.Job, stage: TopicIntake.Stage, _ reason: String) async {
        let topic = job.message.topic
        let rest = intakes[topic]?.rest(job, stage: stage, at: elapsed())
        metrics(of: topic).countRepetition()
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
