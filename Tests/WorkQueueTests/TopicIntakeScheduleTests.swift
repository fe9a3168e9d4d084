import Testing

@testable import WorkQueue

/// Random schedules over two members' intakes and the group between them; the seed of a failure replays it.
@Suite struct TopicIntakeScheduleTests {
    private static let schedulesAtOnce: UInt64 = 150

    @Test(arguments: UInt64(0)..<20)
    func `no schedule breaks order, hands out twice or commits too much`(part: UInt64) {
        for seed in (part * Self.schedulesAtOnce + 1)...((part + 1) * Self.schedulesAtOnce) {
            if let problem = Self.play(seed) { Issue.record("seed \(seed): \(problem)") }
        }
    }

    private static func play(_ seed: UInt64) -> String? {
        var world = GroupWorld(seed: seed)
        for _ in 0..<350 where world.problem == nil { world.step() }
        world.finishAll()
        return world.problem
    }
}
