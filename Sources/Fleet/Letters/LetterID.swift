/// Where a dead letter stands on its topic, as people write it: `partition:offset`.
package struct LetterID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let partition: Int32
    package let offset: Int64

    package init(partition: Int32, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }

    /// Reads `0:12`; fails on anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let partition = Int32(parts[0]), let offset = Int64(parts[1])
        else { return nil }
        self.init(partition: partition, offset: offset)
    }

    package static func < (left: LetterID, right: LetterID) -> Bool {
        (left.partition, left.offset) < (right.partition, right.offset)
    }

    package var description: String { "\(partition):\(offset)" }
}
