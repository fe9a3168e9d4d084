import Testing
import WorkQueue

@Suite struct WorkQueueHealthTests {
    private static let limits = WorkQueueHealth.Limits(
        asking: .seconds(1),
        handler: .seconds(2),
        progress: .seconds(3),
        commits: .seconds(4)
    )

    private static let over: Duration = .seconds(5)

    @Test(
        arguments: [
            (WorkQueueStatus(), []),
            (WorkQueueStatus(phase: .idle), [.notRunning(.idle)]),
            (WorkQueueStatus(phase: .stopping), [.notRunning(.stopping)]),
            (WorkQueueStatus(phase: .over), [.notRunning(.over)]),
            (WorkQueueStatus(sinceAsked: .seconds(1)), []),
            (WorkQueueStatus(sinceAsked: over), [.asksForNothing(for: over)]),
            (WorkQueueStatus(oldestRun: .seconds(2)), []),
            (WorkQueueStatus(oldestRun: over), [.handlerStuck(for: over)]),
            (WorkQueueStatus(refusedFor: over), [.commitsRefused(for: over)]),
            // A long time without a commit is no news where there is nothing to commit.
            (WorkQueueStatus(sinceCommit: .seconds(9_000)), []),
            (WorkQueueStatus(topics: ["t": .init(sinceProgress: .seconds(3))]), []),
            (
                WorkQueueStatus(topics: ["t": .init(sinceProgress: over), "a": .init(sinceProgress: over)]),
                [.noProgress(topic: "a", for: over), .noProgress(topic: "t", for: over)]
            ),
            // Full and held is how it is meant to be.
            (WorkQueueStatus(topics: ["t": .init(isFull: true, isHeld: true)]), []),
        ] as [(WorkQueueStatus, [WorkQueueHealth.Reason])]
    )
    func `each reason counts once its limit is over`(
        status: WorkQueueStatus,
        reasons: [WorkQueueHealth.Reason]
    ) {
        let health = WorkQueueHealth(of: status, limits: Self.limits)
        #expect(health.reasons == reasons)
        #expect(health.isReady == reasons.isEmpty)
    }

    @Test func `a handler that never returns is told, and so is a lack of progress`() async throws {
        let bench = Bench()
        _ = bench.gate("t/0")
        try await bench.run { queue in
            bench.source.assign("t", 0)
            bench.source.message("t", 0, 0, key: "a")
            await bench.begun.has("t/0")
            #expect(await queue.health(Self.limits).reasons == [])
            bench.clock.advance(by: Self.over)
            #expect(
                await queue.health(Self.limits).reasons
                    == [.handlerStuck(for: Self.over), .noProgress(topic: "t", for: Self.over)]
            )
        }
    }

    @Test func `a revocation that waits is told as events that nobody asks for`() async throws {
        let bench = Bench()
        _ = bench.gate("t/0")
        try await bench.run { queue in
            bench.source.assign("t", 0)
            bench.source.message("t", 0, 0, key: "a")
            await bench.begun.has("t/0")
            bench.source.revoke("t", 0, limit: .seconds(30))
            await bench.clock.sleeper(for: .seconds(20))
            bench.clock.advance(by: Self.over)
            #expect(await queue.health(Self.limits).reasons.first == .asksForNothing(for: Self.over))
        }
    }
}
