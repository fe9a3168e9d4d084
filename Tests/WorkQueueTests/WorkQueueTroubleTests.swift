import Kafka
import Testing
import WorkQueue

/// What has brought other consumers down.
@Suite struct WorkQueueTroubleTests {
    private let t0 = TopicPartition(topic: "t", partition: 0)

    @Test func `behind a handler that never returns no more is taken than the policy keeps`() async throws {
        let policy = WorkQueuePolicy(concurrency: 4, messages: 8, trackedOffsets: 20)
        let bench = Bench(policy)
        _ = bench.gate("t/0")
        try await bench.run { queue in
            bench.source.assign("t", 0, 1)
            bench.source.message("t", 0, 0, key: "stuck")
            for offset: Int64 in 1..<20 { bench.source.message("t", 0, offset, key: "free") }
            bench.source.message("t", 1, 100, key: "other")
            // The other partition's flows, and the topic is held before its memory is used up.
            await bench.begun.has("t/100")
            await bench.source.acts.has(.paused("t"))
            while !Task.isCancelled, await queue.status().topics["t"]?.running != 1 { await Task.yield() }
            let status = await queue.status().topics["t"]
            #expect(status?.trackedOffsets == 20)
            #expect(status?.isHeld == true)
        }
    }

    @Test func `refused commits lose nothing and then say what is done, not more`() async throws {
        let bench = Bench()
        bench.source.refuse(commits: 5)
        let gate = bench.gate("t/2")
        try await bench.run { queue in
            bench.source.assign("t", 0)
            for offset: Int64 in 0..<4 { bench.source.message("t", 0, offset, key: "\(offset)") }
            await bench.begun.count(4)
            for _ in 0..<5 {
                await bench.clock.sleeper(for: bench.policy.commitInterval)
                bench.clock.advance(by: bench.policy.commitInterval)
            }
            await bench.clock.sleeper(for: bench.policy.commitInterval)
            #expect(await queue.status().refusedFor == bench.policy.commitInterval * 4)
            #expect(bench.source.acts.items == [])
            bench.clock.advance(by: bench.policy.commitInterval)
            await bench.source.acts.has(.committed([t0: 2]))
            gate.open()
            await bench.clock.sleeper(for: bench.policy.commitInterval)
            #expect(await queue.status().refusedFor == nil)
        }
    }

    @Test func `a partition lost while its topic is held doesn't keep it held`() async throws {
        let bench = Bench(WorkQueuePolicy(concurrency: 1, messages: 3))
        _ = bench.gate("t/0")
        try await bench.run { queue in
            bench.source.assign("t", 0, 1)
            for offset: Int64 in 0..<3 { bench.source.message("t", 0, offset, key: "a") }
            await bench.source.acts.has(.paused("t"))
            bench.source.say(.lost([t0]))
            await bench.source.acts.has(.resumed("t"))
            #expect(await queue.status().topics["t"]?.waiting == 0)
        }
    }

    @Test func `an owner that wavers loses nothing`() async throws {
        let bench = Bench(WorkQueuePolicy(concurrency: 4, messages: 4))
        try await bench.run { queue in
            bench.source.assign("t", 0)
            for offset: Int64 in 0..<200 {
                bench.source.message("t", 0, offset, key: "\(offset % 3)")
                await queue.setFull(offset % 2 == 0, topic: "t")
            }
            await queue.setFull(false, topic: "t")
            await bench.begun.count(200)
            #expect(Set(bench.begun.items).count == 200)
            #expect(await queue.status().topics["t"]?.isHeld == false)
            let acts = bench.source.acts.items
            #expect(acts.last == .resumed("t"))
            // Never the same word twice in a row.
            #expect(zip(acts, acts.dropFirst()).allSatisfy { $0 != $1 })
        }
    }

    @Test func `what goes is not tried again while its drain waits for others`() async throws {
        let bench = Bench()
        let (again, slow) = (bench.gate("t/0"), bench.gate("t/1"))
        bench.answer("t/0", .againSoon(reason: "table away"))
        try await bench.run { _ in
            bench.source.assign("t", 0)
            bench.source.message("t", 0, 0, key: "a")
            bench.source.message("t", 0, 1, key: "b")
            await bench.begun.count(2)
            bench.source.revoke("t", 0, limit: .seconds(9))
            await bench.clock.sleeper(for: .seconds(6))
            again.open()
            bench.clock.advance(by: bench.policy.firstBackOff * 2)
            slow.open()
            await bench.source.acts.has(.completed)
            #expect(bench.begun.items.sorted() == ["t/0", "t/1"])
            // Nothing below the first is done.
            #expect(bench.source.acts.items == [.completed])
        }
    }

    @Test func `a second stop ends at once, whatever the first waits for`() async throws {
        let bench = Bench()
        _ = bench.gate("t/1")
        try await bench.run { queue in
            bench.source.assign("t", 0)
            bench.source.message("t", 0, 0, key: "a")
            bench.source.message("t", 0, 1, key: "b")
            await bench.begun.count(2)
            async let first: Void = queue.stop(within: .seconds(300))
            await bench.clock.sleeper(for: .seconds(200))
            await queue.stop(within: .zero)
            await first
            #expect(bench.source.acts.items.contains(.committed([t0: 1])))
            #expect(bench.source.acts.items.contains(.closed))
        }
    }

    @Test func `a partition that waits is in the status until it no longer does`() async throws {
        let bench = Bench()
        bench.answer("t/0", .againSoon(reason: "table away"), .done)
        try await bench.run { queue in
            bench.source.assign("t", 0, 1)
            bench.source.message("t", 0, 0, key: "a")
            await bench.clock.sleeper(for: bench.policy.firstBackOff)
            bench.clock.advance(by: .milliseconds(100))
            #expect(await queue.status().topics["t"]?.waitingPartitions == [0: .milliseconds(100)])
            bench.clock.advance(by: bench.policy.firstBackOff)
            await bench.begun.count(2)
            while !Task.isCancelled, await queue.status().topics["t"]?.running != 0 { await Task.yield() }
            #expect(await queue.status().topics["t"]?.waitingPartitions == [:])
        }
    }

    @Test func `a topic made anew under its owner loses nothing, of either log`() async throws {
        let bench = Bench(WorkQueuePolicy(concurrency: 1))
        let gate = bench.gate("t/7")
        try await bench.run { queue in
            bench.source.assign("t", 0)
            for offset: Int64 in 6..<9 { bench.source.message("t", 0, offset, key: "\(offset)") }
            await bench.begun.has("t/7")
            for offset: Int64 in 0..<2 { bench.source.message("t", 0, offset, key: "new") }
            gate.open()
            await bench.begun.count(5)
            #expect(bench.begun.items == ["t/6", "t/7", "t/8", "t/0", "t/1"])
            while !Task.isCancelled, await queue.status().topics["t"]?.running != 0 { await Task.yield() }
            await bench.clock.sleeper(for: bench.policy.commitInterval)
            bench.clock.advance(by: bench.policy.commitInterval)
            // Those of the old log move nothing.
            await bench.source.acts.has(.committed([t0: 2]))
        }
    }

    @Test func `a consumer that gives up ends the run though its events hang`() async throws {
        let bench = Bench()
        let queue = WorkQueue(
            consumer: HangingSource(),
            deadLetters: { _ in },
            clock: bench.clock,
            logger: quiet,
            handler: { _ in .done }
        )
        try await within(.seconds(5), "the end of the run") {
            let error = await #expect(throws: KafkaError.self) { try await queue.run() }
            #expect(error?.code == .stuck)
        }
        #expect(await queue.status().phase == .over)
    }

    @Test func `what comes a second time is handled again, after the first of it`() async throws {
        let bench = Bench()
        let gate = bench.gate("t/5")
        try await bench.run { queue in
            bench.source.assign("t", 0)
            bench.source.message("t", 0, 5, key: nil)
            await bench.begun.has("t/5")
            bench.source.message("t", 0, 5, key: nil)
            bench.source.message("t", 0, 6, key: nil)
            await bench.begun.has("t/6")
            #expect(bench.begun.items == ["t/5", "t/6"])
            await bench.clock.sleeper(for: bench.policy.commitInterval)
            bench.clock.advance(by: bench.policy.commitInterval)
            await bench.source.acts.has(.committed([t0: 5]))
            gate.open()
            await bench.begun.count(3)
            while !Task.isCancelled, await queue.status().topics["t"]?.running != 0 { await Task.yield() }
            await bench.clock.sleeper(for: bench.policy.commitInterval)
            bench.clock.advance(by: bench.policy.commitInterval)
            await bench.source.acts.has(.committed([t0: 7]))
        }
    }
}
