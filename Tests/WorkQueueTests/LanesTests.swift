import Testing

@testable import WorkQueue

@Suite struct LanesTests {
    private let a = Lanes.Key.key([1])
    private let b = Lanes.Key.key([2])

    private func ticket(_ number: UInt64) -> Ticket { Ticket(number: number) }

    @Test func `a lane runs one at a time, in order, beside others`() {
        var lanes = Lanes(concurrency: 4)
        lanes.add(ticket(1), to: a)
        lanes.add(ticket(2), to: a)
        lanes.add(ticket(3), to: b)
        #expect(lanes.start() == ticket(1))
        #expect(lanes.start() == ticket(3))
        #expect(lanes.start() == nil)
        lanes.finish(ticket(1))
        #expect(lanes.start() == ticket(2))
        lanes.finish(ticket(2))
        lanes.finish(ticket(3))
        #expect(lanes.count == 0)
    }

    @Test func `no more run at once than there are slots`() {
        var lanes = Lanes(concurrency: 2)
        for number: UInt64 in 1...5 {
            lanes.add(ticket(number), to: .alone(partition: 0, offset: Int64(number)))
        }
        #expect([lanes.start(), lanes.start(), lanes.start()] == [ticket(1), ticket(2), nil])
        lanes.finish(ticket(2))
        #expect(lanes.start() == ticket(3))
    }

    @Test func `one that rests keeps its lane and frees its slot`() {
        var lanes = Lanes(concurrency: 1)
        lanes.add(ticket(1), to: a)
        lanes.add(ticket(2), to: a)
        lanes.add(ticket(3), to: b)
        #expect(lanes.start() == ticket(1))
        lanes.rest(ticket(1))
        #expect(lanes.start() == ticket(3))
        lanes.finish(ticket(3))
        #expect(lanes.start() == nil)
        lanes.wake(ticket(1))
        lanes.wake(ticket(1))
        #expect(lanes.start() == ticket(1))
        lanes.finish(ticket(1))
        #expect(lanes.start() == ticket(2))
    }

    @Test func `what runs isn't dropped, and a dropped rest frees its lane`() {
        var lanes = Lanes(concurrency: 2)
        for number: UInt64 in 1...3 { lanes.add(ticket(number), to: a) }
        lanes.add(ticket(4), to: b)
        #expect(lanes.start() == ticket(1))
        #expect(lanes.start() == ticket(4))
        lanes.rest(ticket(4))
        lanes.drop([ticket(1), ticket(2), ticket(4)])
        #expect(lanes.count == 2)
        lanes.wake(ticket(4))
        #expect(lanes.start() == nil)
        lanes.finish(ticket(1))
        #expect(lanes.start() == ticket(3))
    }
}
