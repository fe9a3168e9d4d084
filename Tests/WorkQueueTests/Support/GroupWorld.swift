import Kafka

@testable import WorkQueue

/// A broker's log and two members of a group over it, moved by chance; it remembers the first broken promise.
///
/// What a broker does to a member comes as it does in life: commits that arrive late or are refused, partitions
/// that go by drain, by force or without a word, members that die and come back.
struct GroupWorld {
    static let length: Int64 = 24
    static let partitions: [Int32] = [0, 1, 2]
    static let concurrency = 3

    /// A message of one of the logs that a partition has had.
    struct Name: Hashable {
        let partition: Int32
        let log: Int
        let offset: Int64

        init(_ message: KafkaMessage) {
            partition = message.partition
            log = Int(message.value?.first ?? 0)
            offset = message.offset
        }
    }

    struct Work {
        let job: TopicIntake.Job
        /// Its partition was taken away before it ended: another member may do the same.
        var isOrphan = false
    }

    struct SentCommit {
        let partition: Int32
        let safe: SafeOffset
        /// The group's generation of the partition in which it was sent.
        let generation: Int
        var isApplied = false
    }

    struct Member {
        var intake: TopicIntake
        var positions: [Int32: Int64] = [:]
        /// The partitions of which it took a message since they were assigned.
        var heard: Set<Int32> = []
        var running: [Ticket: Work] = [:]
        var resting: [TopicIntake.Job] = []
        var commits: [SentCommit] = []
        /// What it took of partitions that it still owns and hasn't ended, and how often.
        var taken: [Name: Int] = [:]
    }

    var chance: Chance
    var members: [Member]
    var committed: [Int32: Int64] = [:]
    /// What of a partition's present log is done.
    var done: [Int32: Set<Int64>] = [:]
    /// A topic that is made anew has a new log in each partition, and no committed offset.
    var logs: [Int32: Int] = [:]
    var lengths: [Int32: Int64] = [:]
    /// Who owns a partition, as the broker sees it, and how often it has changed hands.
    var owners: [Int32: Int] = [:]
    var generations: [Int32: Int] = [:]
    var problem: String?

    init(seed: UInt64) {
        chance = Chance(seed: seed)
        members = (0..<2).map { _ in Self.freshMember() }
    }

    static func freshMember() -> Member {
        let policy = WorkQueuePolicy(
            concurrency: concurrency,
            messages: 10,
            trackedOffsets: 14,
            resumeAt: 0.5
        )
        return Member(intake: TopicIntake(policy))
    }

    func length(_ partition: Int32) -> Int64 { lengths[partition] ?? Self.length }

    func isPresent(_ message: KafkaMessage) -> Bool {
        Name(message).log == logs[message.partition] ?? 0
    }

    /// Four keys a partition, some of which other partitions have, too; and some messages without one.
    static func key(_ partition: Int32, _ offset: Int64) -> [UInt8]? {
        offset % 7 == 0 ? nil : [UInt8(offset * offset % 4), UInt8(partition % 2)]
    }

    func message(_ partition: Int32, _ offset: Int64) -> KafkaMessage {
        KafkaMessage(
            topic: "t",
            partition: partition,
            offset: offset,
            key: Self.key(partition, offset),
            value: [UInt8(logs[partition] ?? 0), 2, 3]
        )
    }

    var isAllCommitted: Bool { Self.partitions.allSatisfy { committed[$0] ?? 0 == length($0) } }

    /// Remembers what is wrong, the first thing only.
    mutating func require(_ isFine: Bool, _ what: @autoclosure () -> String) {
        if !isFine, problem == nil { problem = what() }
    }

    mutating func step() {
        let member = Int.random(in: 0..<members.count, using: &chance)
        switch Int.random(in: 0..<206, using: &chance) {
        case 0..<60: arrive(member)
        case 60..<110: start(member)
        case 110..<145: end(member)
        case 145..<158: rest(member)
        case 158..<168: wake(member)
        case 168..<178: sendCommit(member)
        case 178..<188: moveCommit(member, isRefused: Int.random(in: 0..<4, using: &chance) == 0)
        case 188..<191: members[member].intake.isFull.toggle()
        case 191..<195: give(to: member)
        case 195..<197: revoke(from: member)
        case 197..<199: lose(from: member)
        case 199..<203: stepBack(member)
        case 203..<205: makeAnew(member)
        default: crash(member)
        }
        check(member)
    }

    /// Plays on without new trouble until all is done and committed.
    mutating func finishAll() {
        for _ in 0..<2_000 where problem == nil && !isAllCommitted {
            for partition in Self.partitions where owners[partition] == nil { give(partition, to: 0) }
            for member in members.indices {
                members[member].intake.isFull = false
                arrive(member)
                start(member)
                end(member)
                while !members[member].resting.isEmpty { wake(member) }
                sendCommit(member)
                while !members[member].commits.isEmpty { moveCommit(member, isRefused: false) }
                check(member)
            }
        }
        let isOver = isAllCommitted
        require(isOver, "not all was done in the end")
        for member in members.indices {
            while !members[member].running.isEmpty { end(member) }
            let status = members[member].intake.status(at: .zero)
            let left = [status.waiting, status.running, status.resting, status.bytes, status.trackedOffsets]
            require(left.allSatisfy { $0 == 0 }, "something is left: \(status)")
            let open = members[member].taken
            require(open.isEmpty, "never ended: \(open)")
            require(status.waitingPartitions.isEmpty, "a partition waits for nothing: \(status)")
        }
    }

    private mutating func check(_ member: Int) {
        let status = members[member].intake.status(at: .zero)
        // Whoever is full is handed nothing more, whatever else there is room for.
        let isHeld = members[member].intake.isHeld
        require(isHeld || !members[member].intake.isFull, "full, and not held")
        require(status.isHeld == isHeld, "the status differs: held \(status.isHeld)")
        require(status.running == members[member].running.count, "running \(status.running)")
        require(status.running <= Self.concurrency, "too many run: \(status.running)")
        let taken = status.waiting + status.running + status.resting
        // What runs may outlive its assignment, and be there a second time.
        require(taken <= 10 + Self.concurrency, "too many messages: \(taken)")
        require((0...14).contains(status.trackedOffsets), "tracked: \(status.trackedOffsets)")
        require(status.bytes == (taken == 0 ? 0 : status.bytes), "bytes without messages: \(status.bytes)")
    }
}
