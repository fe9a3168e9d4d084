import Fleet
import Testing

@testable import Kafka

@Suite("Moving a group's offsets") struct OffsetMoveTests {
    private func lag(_ committed: Int64?, start: Int64 = 10, end: Int64 = 100) -> PartitionLag {
        PartitionLag(
            partition: TopicPartition(topic: "t", partition: 3),
            committed: committed,
            start: start,
            end: end
        )
    }

    @Test(arguments: [
        (Int64?.some(40), "start", Int64(10), Int64(0), Int64(30)), (40, "end", 100, 60, 0),
        (40, "50", 50, 10, 0), (40, "7000", 100, 60, 0), (40, "0", 10, 0, 30), (nil, "end", 100, 90, 0),
        // What was committed may be gone from the log already.
        (3, "start", 10, 0, 0), (3, "20", 20, 10, 0),
    ])
    func `a move says where to, what is skipped and what is read again`(
        committed: Int64?,
        to: String,
        offset: Int64,
        skipped: Int64,
        again: Int64
    ) throws {
        let move = OffsetMove(of: lag(committed), to: try #require(OffsetMove.Target(to)))
        #expect([move.to, move.skipped, move.again] == [offset, skipped, again])
    }

    @Test(arguments: ["", "-1", "begin", "1.5", "99999999999999999999"])
    func `what is no offset is refused`(text: String) {
        #expect(OffsetMove.Target(text) == nil)
    }
}
