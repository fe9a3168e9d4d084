import Testing

@testable import Kafka

@Suite struct PositionsTests {
    private let item = TopicPartition(topic: "t", partition: 0)

    private func positions(committed: Int64?) -> Positions {
        var positions = Positions()
        positions.begin([item], question: 1)
        _ = positions.answer(item, question: 1, committed: committed) { nil }
        return positions
    }

    @Test func `what comes where it was to come is no reset`() {
        var positions = positions(committed: 5)
        #expect(positions.next(item) == 5)
        for offset: Int64 in 5..<9 { #expect(positions.read(item, offset: offset) { 0 } == nil) }
        #expect(positions.next(item) == 9)
    }

    @Test func `without a committed offset reading begins anywhere`() {
        var positions = positions(committed: nil)
        #expect(positions.next(item) == nil)
        #expect(positions.read(item, offset: 77) { 77 } == nil)
    }

    @Test func `a gap is a reset only if the log begins behind the offset`() {
        var compacted = positions(committed: 5)
        #expect(compacted.read(item, offset: 8) { 0 } == nil)
        #expect(compacted.read(item, offset: 11) { nil } == nil)
        var truncated = positions(committed: 5)
        #expect(truncated.read(item, offset: 8) { 8 } == OffsetReset(item, from: 5, to: 8))
        #expect(truncated.read(item, offset: 9) { 8 } == nil)
    }

    @Test func `a step back is a reset`() {
        var positions = positions(committed: 5)
        #expect(positions.read(item, offset: 0) { 0 } == OffsetReset(item, from: 5, to: 0))
        #expect(positions.read(item, offset: 1) { 0 } == nil)
    }

    @Test func `only the first thing that is read after an assignment is compared with the committed offset`()
    {
        var positions = positions(committed: 5)
        #expect(positions.read(item, offset: 5) { 0 } == nil)
        #expect(
            positions.read(item, offset: 0) { 0 } == OffsetReset(item, from: 6, to: 0, isAtAssignment: false)
        )
        positions.seek(item, to: 9)
        #expect(
            positions.read(item, offset: 0) { 0 } == OffsetReset(item, from: 9, to: 0, isAtAssignment: false)
        )
        positions.begin([item], question: 2)
        _ = positions.answer(item, question: 2, committed: 7) { nil }
        #expect(positions.read(item, offset: 0) { 0 } == OffsetReset(item, from: 7, to: 0))
    }

    @Test func `an answer that comes after the messages is compared with the first`() {
        var positions = Positions()
        positions.begin([item], question: 3)
        for offset: Int64 in 40..<43 { #expect(positions.read(item, offset: offset) { 40 } == nil) }
        #expect(
            positions.answer(item, question: 3, committed: 7) { 40 } == OffsetReset(item, from: 7, to: 40)
        )
        #expect(positions.next(item) == 43)
    }

    @Test func `an answer to an older question, or after a commit or a seek, says nothing`() {
        var positions = Positions()
        positions.begin([item], question: 1)
        positions.begin([item], question: 2)
        #expect(positions.read(item, offset: 40) { 0 } == nil)
        #expect(positions.answer(item, question: 1, committed: 90) { 0 } == nil)
        positions.commit(item)
        #expect(positions.answer(item, question: 2, committed: 90) { 0 } == nil)
        positions.begin([item], question: 4)
        positions.seek(item, to: 12)
        #expect(positions.answer(item, question: 4, committed: 90) { 0 } == nil)
        #expect(positions.read(item, offset: 12) { 0 } == nil)
        positions.end([item])
        #expect(positions.next(item) == nil)
    }
}
