import Testing

@testable import WorkQueue

@Test(arguments: [
    (1, 200), (2, 400), (5, 3200), (6, 6400), (7, 10_000), (1000, 10_000), (0, 200), (.min, 200),
])
func `a back-off doubles up to its longest`(attempt: Int, milliseconds: Int) {
    #expect(WorkQueuePolicy().backOff(attempt: attempt, chance: 1) == .milliseconds(milliseconds))
    #expect(WorkQueuePolicy().backOff(attempt: attempt, chance: 0) == .milliseconds(milliseconds / 2))
}
