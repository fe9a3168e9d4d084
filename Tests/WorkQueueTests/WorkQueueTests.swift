import Kafka
import Testing
import WorkQueue

private let second: Duration = .seconds(1)

private func at(_ topic: String, _ partition: Int32) -> TopicPartition {
    TopicPartition(topic: topic, partition: partition)
}

@Suite struct WorkQueueTests {
    @Test func `one key waits for its turn and another goes on`() async throws {
        let bench = Bench()
        let gate = bench.gate("t/0")
        try await bench.run { _ in
            bench.source.assign("t", 0)
            bench.source.message("t", 0, 0, key: "a")
            bench.source.message("t", 0, 1, key: "a")
            bench.source.message("t", 0, 2, key: "b")
            await bench.begun.has("t/2")
            #expect(bench.begun.items == ["t/0", "t/2"])
            gate.open()
            await bench.begun.has("t/1")
        }
    }

    @Test func `a commit comes in the background and stays below what isn't done`() async throws {
        let bench = Bench()
        let gate = bench.gate("t/1")
        try await bench.run { queue in
            bench.source.assign("t", 0)
            for offset: Int64 in 0..<3 { bench.source.message("t", 0, offset, key: "\(offset)") }
            await queue.untilRunning(1, "t")
            await bench.clock.sleeper(for: bench.policy.commitInterval)
            bench.clock.advance(by: bench.policy.commitInterval)
            await bench.source.acts.has(.committed([at("t", 0): 1]))
            gate.open()
            await queue.untilRunning(0, "t")
            await bench.clock.sleeper(for: bench.policy.commitInterval)
            bench.clock.advance(by: bench.policy.commitInterval)
            await bench.source.acts.has(.committed([at("t", 0): 3]))
        }
    }

    @Test func `a refused commit is tried again with the next`() async throws {
        let bench = Bench()
        bench.source.refuse(commits: 1)
        try await bench.run { queue in
            bench.source.assign("t", 0)
            bench.source.message("t", 0, 0, key: "a")
            await bench.begun.has("t/0")
            await queue.untilRunning(0, "t")
            for _ in 0..<2 {
                await bench.clock.sleeper(for: bench.policy.commitInterval)
                bench.clock.advance(by: bench.policy.commitInterval)
            }
            await bench.source.acts.has(.committed([at("t", 0): 1]))
        }
    }

    @Test func `a dead letter is published, again if need be, before its offset is committed`() async throws {
        let bench = Bench()
        bench.answer("t/0", .dead(reason: "not JSON"))
        bench.refuse(letters: 1)
        try await bench.run { queue in
            bench.source.assign("t", 0)
            bench.source.message("t", 0, 0, key: "a")
            await bench.clock.sleeper(for: bench.policy.firstBackOff)
            bench.clock.advance(by: bench.policy.commitInterval - .milliseconds(1))
            await bench.letters.count(1)
            #expect(bench.source.acts.items == [])
            await queue.untilRunning(0, "t")
            bench.clock.advance(by: .milliseconds(1))
            await bench.source.acts.has(.committed([at("t", 0): 1]))
            // The handler isn't asked again about what it has given up.
            #expect(bench.begun.items == ["t/0"])
            let letter = try #require(bench.letters.items.first)
            #expect(letter.reason == "not JSON")
            #expect(letter.message.key == Array("a".utf8))
            #expect(letter.message.topicPartition == at("t", 0))
            #expect(letter.message.offset == 0)
        }
    }

    @Test func `what is tried again soon backs off in place`() async throws {
        let bench = Bench()
        bench.answer("t/0", .againSoon(reason: "table away"), .againSoon(reason: "table away"), .done)
        try await bench.run { queue in
            bench.source.assign("t", 0)
            bench.source.message("t", 0, 0, key: "a")
            bench.source.message("t", 0, 1, key: "a")
            bench.source.message("t", 0, 2, key: "b")
            await bench.clock.sleeper(for: bench.policy.firstBackOff)
            await bench.begun.has("t/2")
            let status = await queue.status()
            #expect(status.topics["t"]?.resting == 1)
            bench.clock.advance(by: bench.policy.firstBackOff)
            await bench.clock.sleeper(for: bench.policy.firstBackOff * 2)
            #expect(bench.begun.items.filter { $0 != "t/2" } == ["t/0", "t/0"])
            bench.clock.advance(by: bench.policy.firstBackOff * 2)
            await bench.begun.has("t/1")
            #expect(bench.begun.items.filter { $0 != "t/2" } == ["t/0", "t/0", "t/0", "t/1"])
        }
    }

    @Test func `too many messages pause their topic alone, and half of them resume it`() async throws {
        let bench = Bench(WorkQueuePolicy(concurrency: 8, messages: 4, resumeAt: 0.5))
        let gates = (0..<4).map { bench.gate("t/\($0)") }
        try await bench.run { queue in
            bench.source.assign("t", 0)
            bench.source.assign("u", 0)
            for offset: Int64 in 0..<4 { bench.source.message("t", 0, offset, key: "\(offset)") }
            await bench.source.acts.has(.paused("t"))
            bench.source.message("u", 0, 0, key: "x")
            await bench.begun.has("u/0")
            gates[0].open()
            await queue.untilRunning(3, "t")
            #expect(bench.source.acts.items == [.paused("t")])
            gates[1].open()
            await bench.source.acts.has(.resumed("t"))
        }
    }

    @Test func `too many bytes pause, too`() async throws {
        let bench = Bench(WorkQueuePolicy(bytes: 100))
        let gate = bench.gate("t/0")
        try await bench.run { _ in
            bench.source.assign("t", 0)
            bench.source.message("t", 0, 0, key: "a", value: [UInt8](repeating: 0, count: 200))
            await bench.source.acts.has(.paused("t"))
            gate.open()
            await bench.source.acts.has(.resumed("t"))
        }
    }

    @Test func `the owner's word pauses a topic until it is taken back`() async throws {
        let bench = Bench()
        try await bench.run { queue in
            await queue.setFull(true, topic: "requests")
            bench.source.assign("requests", 0)
            bench.source.assign("commands", 0)
            bench.source.message("commands", 0, 0, key: "a")
            await bench.begun.has("commands/0")
            #expect(bench.source.acts.items == [.paused("requests")])
            #expect(await queue.status().topics["requests"]?.isFull == true)
            await queue.setFull(false, topic: "requests")
            #expect(bench.source.acts.items == [.paused("requests"), .resumed("requests")])
        }
    }

    @Test func `a revocation waits for what runs, commits, and only then lets go`() async throws {
        let bench = Bench()
        let gate = bench.gate("t/1")
        try await bench.run { _ in
            bench.source.assign("t", 0)
            bench.source.message("t", 0, 0, key: "a")
            await bench.begun.has("t/0")
            bench.source.message("t", 0, 1, key: "b")
            bench.source.message("t", 0, 2, key: "b")
            await bench.begun.has("t/1")
            bench.source.revoke("t", 0, limit: .seconds(9))
            await bench.clock.sleeper(for: .seconds(6))
            #expect(bench.source.acts.items == [])
            gate.open()
            await bench.source.acts.has(.completed)
            #expect(bench.source.acts.items == [.committed([at("t", 0): 2]), .completed])
            // The third had not begun: it is the next owner's.
            bench.source.assign("t", 0)
            bench.source.message("t", 0, 2, key: "b")
            await bench.begun.has("t/2")
            #expect(bench.begun.items == ["t/0", "t/1", "t/2"])
        }
    }

    @Test func `a revocation doesn't wait longer than the group does`() async throws {
        let bench = Bench()
        _ = bench.gate("t/1")
        try await bench.run { _ in
            bench.source.assign("t", 0)
            bench.source.message("t", 0, 0, key: "a")
            await bench.begun.has("t/0")
            bench.source.message("t", 0, 1, key: "b")
            await bench.begun.has("t/1")
            bench.source.revoke("t", 0, limit: .seconds(9))
            await bench.clock.sleeper(for: .seconds(6))
            bench.clock.advance(by: .seconds(6))
            await bench.source.acts.has(.completed)
            #expect(bench.source.acts.items.suffix(2) == [.committed([at("t", 0): 1]), .completed])
        }
    }

    @Test func `a message that outlives its assignment isn't handed out beside itself`() async throws {
        let bench = Bench()
        let gate = bench.gate("t/0")
        try await bench.run { queue in
            bench.source.assign("t", 0)
            bench.source.message("t", 0, 0, key: nil)
            await bench.begun.has("t/0")
            bench.source.say(.lost([at("t", 0)]))
            bench.source.assign("t", 0)
            bench.source.message("t", 0, 0, key: nil)
            bench.source.message("t", 0, 1, key: nil)
            await bench.begun.has("t/1")
            #expect(bench.begun.items == ["t/0", "t/1"])
            gate.open()
            await bench.begun.count(3)
            #expect(bench.begun.items == ["t/0", "t/1", "t/0"])
            await queue.untilRunning(0, "t")
        }
    }

    @Test func `what was lost is not committed`() async throws {
        let bench = Bench()
        try await bench.run { queue in
            bench.source.assign("t", 0)
            bench.source.message("t", 0, 0, key: "a")
            await bench.begun.has("t/0")
            await queue.untilRunning(0, "t")
            bench.source.say(.lost([at("t", 0)]))
            bench.source.assign("u", 0)
            bench.source.message("u", 0, 0, key: "a")
            await bench.begun.has("u/0")
            await queue.untilRunning(0, "u")
            await bench.clock.sleeper(for: bench.policy.commitInterval)
            bench.clock.advance(by: bench.policy.commitInterval)
            await bench.source.acts.count(1)
            #expect(bench.source.acts.items == [.committed([at("u", 0): 1])])
        }
    }

    @Test func `a stop drains, commits, leaves, and begins nothing new`() async throws {
        let bench = Bench()
        let gate = bench.gate("t/0")
        try await bench.run { queue in
            bench.source.assign("t", 0)
            bench.source.message("t", 0, 0, key: "a")
            bench.source.message("t", 0, 1, key: "a")
            await bench.begun.has("t/0")
            async let stopped: Void = queue.stop(within: .seconds(30))
            await bench.clock.sleeper(for: .seconds(20))
            bench.source.message("t", 0, 2, key: "c")
            gate.open()
            await stopped
            #expect(
                bench.source.acts.items == [.paused("t"), .committed([at("t", 0): 1]), .closed]
            )
            #expect(bench.begun.items == ["t/0"])
        }
    }

    @Test func `a stop is over with its deadline, and the run with it`() async throws {
        let bench = Bench()
        _ = bench.gate("t/0")
        let source = bench.source
        let queue = WorkQueue(
            consumer: source,
            deadLetters: { _ in },
            clock: bench.clock,
            logger: quiet,
            handler: { _ in
                bench.begun.add("begun")
                await bench.gate("stuck").pass()
                return .againSoon(reason: "cancelled")
            }
        )
        try await within(.seconds(5), "the run") {
            async let run: Void = queue.run()
            source.assign("t", 0)
            source.message("t", 0, 0, key: "a")
            await bench.begun.count(1)
            async let stopped: Void = queue.stop(within: .seconds(30))
            await bench.clock.sleeper(for: .seconds(20))
            #expect(await queue.status().oldestRun == .zero)
            bench.clock.advance(by: .seconds(20))
            await stopped
            try await run
        }
        #expect(source.acts.items == [.paused("t"), .closed])
    }
}

extension WorkQueueTests {
    @Test func `a queue runs once, and not at all after a stop`() async throws {
        let bench = Bench()
        try await bench.run { queue in
            bench.source.assign("t", 0)
            bench.source.message("t", 0, 0, key: "a")
            await bench.begun.has("t/0")
            await #expect(throws: KafkaError.self) { try await queue.run() }
        }
        let stopped = WorkQueue(
            consumer: FakeSource(),
            deadLetters: { _ in },
            clock: bench.clock,
            logger: quiet,
            handler: { _ in .done }
        )
        await stopped.stop(within: .seconds(30))
        try await within(.seconds(5), "the end") { try await stopped.run() }
    }
}

extension WorkQueue {
    /// Returns when that many handlers of the topic run, and none waits to.
    fileprivate func untilRunning(_ count: Int, _ topic: String) async {
        while !Task.isCancelled, let status = status().topics[topic],
            status.running != count || status.waiting > 0
        {
            await Task.yield()
        }
    }
}
