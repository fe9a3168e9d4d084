import Testing

@testable import WorkQueue

@Suite struct LanesTests {
    private let a = LaneKey.key([1])
    private let b = LaneKey.key([2])

    @Test func `a lane runs one at a time, in order, beside others`() {
        var lanes = Lanes(concurrency: 4)
        let (first, second, other) = (lanes.add(to: a), lanes.add(to: a), lanes.add(to: b))
        #expect(lanes.start() == first)
        #expect(lanes.start() == other)
        #expect(lanes.start() == nil)
        lanes.finish(first)
        #expect(lanes.start() == second)
        lanes.finish(second)
        lanes.finish(other)
        #expect(lanes.count == 0)
    }

    @Test func `no more run at once than there are slots`() {
        var lanes = Lanes(concurrency: 2)
        let tickets = (0..<5).map { lanes.add(to: .alone(partition: 0, offset: $0)) }
        #expect([lanes.start(), lanes.start(), lanes.start()] == [tickets[0], tickets[1], nil])
        lanes.finish(tickets[1])
        #expect(lanes.start() == tickets[2])
    }

    @Test func `one that rests keeps its lane and frees its slot`() {
        var lanes = Lanes(concurrency: 1)
        let (first, second, other) = (lanes.add(to: a), lanes.add(to: a), lanes.add(to: b))
        #expect(lanes.start() == first)
        lanes.rest(first)
        #expect(lanes.resting == 1)
        #expect(lanes.start() == other)
        lanes.finish(other)
        #expect(lanes.start() == nil)
        lanes.wake(first)
        lanes.wake(first)
        #expect(lanes.start() == first)
        lanes.finish(first)
        #expect(lanes.start() == second)
    }

    @Test func `what runs isn't dropped, and a dropped rest frees its lane`() {
        var lanes = Lanes(concurrency: 2)
        let tickets = (0..<3).map { _ in lanes.add(to: a) }
        let other = lanes.add(to: b)
        #expect(lanes.start() == tickets[0])
        #expect(lanes.start() == other)
        lanes.rest(other)
        lanes.drop([tickets[0], tickets[1], other])
        #expect(lanes.count == 2)
        lanes.wake(other)
        #expect(lanes.start() == nil)
        lanes.finish(tickets[0])
        #expect(lanes.start() == tickets[2])
    }

    @Test func `a place that is used again is not its old ticket's`() {
        var lanes = Lanes(concurrency: 2)
        let first = lanes.add(to: a)
        #expect(lanes.start() == first)
        lanes.finish(first)
        let second = lanes.add(to: b)
        #expect(second.place == first.place)
        #expect(second != first)
        #expect(lanes.start() == second)
        #expect(lanes.finish(first) == false)
        #expect(lanes.running == 1)
        lanes.rest(first)
        #expect(lanes.isRunning(second))
    }

    @Test func `equal keys are one lane, whatever array holds them`() {
        #expect(LaneKey.key([1, 2]) == .key(Array(1...2)))
        #expect(LaneKey.key([]) != .alone(partition: 0, offset: 0))
        #expect(Set([LaneKey.key([1, 2]), .key(Array(1...2)), .key([1])]).count == 2)
    }
}
