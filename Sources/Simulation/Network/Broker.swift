import Foundation
import Reservations
import Synchronization

/// Topics with partitions, and one group that reads them: at least once, in order within a partition.
package final class Broker: Sendable {
    package struct Record: Sendable {
        let offset: Int
        let body: [UInt8]
        let publishedAt: Date
        /// What a person wanted, for the log.
        let story: String
    }

    struct Partition: Hashable, Sendable, Comparable {
        let topic: String
        let number: Int

        static func < (one: Self, other: Self) -> Bool {
            (one.topic, one.number) < (other.topic, other.number)
        }
    }

    /// What a member reads until the next rebalance.
    struct Assignment: Sendable, Equatable {
        let round: Int
        let partitions: [Partition]
    }

    private struct State {
        var records: [Partition: [Record]] = [:]
        var committed: [Partition: Int] = [:]
        var members: [String: Duration] = [:]
        var round = 0
    }

    /// How long a member may be silent.
    private static let session = Duration.seconds(10)
    static let topics = ["requests", "commands"]

    private let time: TestTime
    private let partitions: Int
    private let state = Mutex(State())

    package init(time: TestTime, partitions: Int) {
        self.time = time
        self.partitions = partitions
    }

    package func publish(_ body: [UInt8], to topic: String, partition: Int, _ story: String) {
        let at = time.now()
        state.withLock { state in
            let place = Partition(topic: topic, number: partition % partitions)
            let offset = state.records[place, default: []].count
            state.records[place, default: []].append(
                Record(offset: offset, body: body, publishedAt: at, story: story)
            )
        }
    }

    /// A member says that it lives.
    ///
    /// - Returns: what it reads now.
    func poll(_ member: String) -> Assignment {
        let now = time.monotonic()
        return state.withLock { state in
            let silent = state.members.filter { now - $0.value > Self.session }.map(\.key)
            for one in silent { state.members[one] = nil }
            if !silent.isEmpty || state.members[member] == nil { state.round += 1 }
            state.members[member] = now
            let names = state.members.keys.sorted()
            let index = names.firstIndex(of: member) ?? 0
            let all = Self.topics.flatMap { topic in
                (0..<partitions).map { Partition(topic: topic, number: $0) }
            }
            // By the round, so that a rebalance really moves partitions.
            let mine = all.enumerated().filter { ($0.offset + state.round) % names.count == index }
            return Assignment(round: state.round, partitions: mine.map(\.element))
        }
    }

    /// Makes the group share its partitions anew.
    package func rebalance() { state.withLock { $0.round += 1 } }

    /// Some records from where the group stands.
    func fetch(_ partition: Partition, atMost count: Int) -> [Record] {
        state.withLock { state in
            let from = state.committed[partition] ?? 0
            return Array(state.records[partition, default: []].dropFirst(from).prefix(count))
        }
    }

    /// Refused once the group has shared its partitions anew.
    func commit(_ offset: Int, of partition: Partition, in round: Int) -> Bool {
        state.withLock { state in
            guard state.round == round else { return false }
            state.committed[partition] = max(offset, state.committed[partition] ?? 0)
            return true
        }
    }

    /// The group's offsets are lost: everything comes again.
    package func forgetOffsets() { state.withLock { $0.committed = [:] } }

    /// What nobody has committed yet.
    package var lag: Int {
        state.withLock { state in
            state.records.map { $0.value.count - (state.committed[$0.key] ?? 0) }.reduce(0, +)
        }
    }
}
