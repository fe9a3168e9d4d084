import Kafka
import Testing

@testable import WorkQueue

/// Random schedules over a topic's intake: arrivals, ends in any order, rests, rebalances, commits.
@Suite struct TopicIntakeScheduleTests {
    @Test(arguments: 0..<150)
    func `no schedule breaks order, hands out twice or commits too much`(seed: UInt64) {
        var world = World(seed: seed + 1)
        for _ in 0..<600 { world.step() }
        world.finishAll()
        #expect(world.committed == World.ends)
        #expect(world.intake.status.waiting == 0)
        #expect(world.intake.status.bytes == 0)
    }
}

/// A broker's log and what a group did with it.
private struct World {
    static let length: Int64 = 60
    static let ends: [Int32: Int64] = [0: length, 1: length]

    var chance: Chance
    var intake: TopicIntake
    var committed: [Int32: Int64] = [0: 0, 1: 0]
    private var positions: [Int32: Int64] = [:]
    private var done: [Int32: Set<Int64>] = [0: [], 1: []]
    private var running: [Ticket: TopicIntake.Job] = [:]
    private var resting: [TopicIntake.Job] = []
    private let concurrency = 3

    init(seed: UInt64) {
        chance = Chance(seed: seed)
        intake = TopicIntake(WorkQueuePolicy(concurrency: concurrency, messages: 12, resumeAt: 0.5))
    }

    mutating func step() {
        switch Int.random(in: 0..<100, using: &chance) {
        case 0..<35: arrive()
        case 35..<60: start()
        case 60..<80: end()
        case 80..<87: rest()
        case 87..<92: wake()
        case 92..<97: commit()
        default: rebalance()
        }
    }

    /// Plays on without new trouble until all is done and committed.
    mutating func finishAll() {
        for partition in Self.ends.keys where positions[partition] == nil { assign(partition) }
        for _ in 0..<10_000 where committed != Self.ends {
            arrive()
            start()
            end()
            while !resting.isEmpty { wake() }
            commit()
        }
    }

    private func message(_ partition: Int32, _ offset: Int64) -> KafkaMessage {
        // Four keys a partition, and some messages without one.
        let key: [UInt8]? = offset % 7 == 0 ? nil : [UInt8(partition), UInt8(offset * offset % 4)]
        return KafkaMessage(topic: "t", partition: partition, offset: offset, key: key, value: [1, 2, 3])
    }

    private mutating func arrive() {
        guard !intake.isHeld,
            let (partition, offset) = positions.sorted(by: { $0.key < $1.key }).randomElement(using: &chance)
        else {
            return
        }
        guard offset < Self.length else { return }
        #expect(intake.admit(message(partition, offset)) == true)
        // A library that steps back a little is not believed.
        if offset > 0 { #expect(intake.admit(message(partition, offset - 1)) == false) }
        positions[partition] = offset + 1
    }

    private mutating func start() {
        guard let job = intake.start() else { return }
        let message = job.message
        #expect(running.count < concurrency)
        for other in running.values.map(\.message) + resting.map(\.message) {
            #expect(other.key == nil || other.key != message.key, "one of the key is in progress")
            #expect(
                (other.partition, other.offset) != (message.partition, message.offset),
                "handed out twice"
            )
        }
        if message.key != nil {
            for offset in 0..<message.offset where self.message(message.partition, offset).key == message.key
            {
                #expect(
                    done[message.partition]?.contains(offset) == true,
                    "an earlier one of the key isn't done"
                )
            }
        }
        running[job.ticket] = job
    }

    private mutating func end() {
        guard let job = running.sorted(by: { $0.key < $1.key }).randomElement(using: &chance)?.value else {
            return
        }
        running[job.ticket] = nil
        done[job.message.partition]?.insert(job.message.offset)
        intake.finish(job.ticket)
    }

    private mutating func rest() {
        guard let job = running.sorted(by: { $0.key < $1.key }).randomElement(using: &chance)?.value else {
            return
        }
        running[job.ticket] = nil
        if intake.rest(job.ticket, stage: .handle) != nil { resting.append(job) }
    }

    private mutating func wake() {
        guard let index = resting.indices.randomElement(using: &chance) else { return }
        intake.wake(resting.remove(at: index).ticket)
    }

    private mutating func commit() {
        for (partition, offset) in intake.uncommitted() {
            for below in 0..<offset {
                #expect(done[partition]?.contains(below) == true, "\(offset) was committed above \(below)")
            }
            #expect(offset > committed[partition] ?? 0)
            committed[partition] = offset
            intake.commit(partition, offset)
        }
    }

    private mutating func rebalance() {
        guard let partition = Self.ends.keys.sorted().randomElement(using: &chance) else { return }
        if positions[partition] == nil { return assign(partition) }
        // With or without the drain: what runs may outlive its assignment.
        intake.dropIdle { $0 == partition }
        resting.removeAll { $0.message.partition == partition }
        if Bool.random(using: &chance) { commit() }
        intake.release(partition)
        positions[partition] = nil
    }

    private mutating func assign(_ partition: Int32) {
        intake.assign(partition)
        positions[partition] = committed[partition] ?? 0
    }
}
