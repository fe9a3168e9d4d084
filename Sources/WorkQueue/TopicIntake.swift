import Kafka

/// All that a queue knows of one topic: lanes, watermarks, load.
///
/// A value without I/O.
struct TopicIntake {
    enum Stage: Sendable, Hashable {
        case handle
        /// The handler has given it up; its letter is still to be published.
        case bury(reason: String)
    }

    struct Job: Sendable {
        let ticket: Ticket
        let message: KafkaMessage
        /// Which assignment of the partition it came with: a later one counts anew.
        let assignment: UInt64
        var stage = Stage.handle
        var repetitions = 0
    }

    private struct Partition {
        let assignment: UInt64
        var watermark = Watermark()
    }

    private var lanes: Lanes
    private var pressure: Pressure
    private var jobs: [Ticket: Job] = [:]
    private var bytes = 0
    private var partitions: [Int32: Partition] = [:]
    private var assignments: UInt64 = 0
    private var tickets: UInt64 = 0
    /// Whether the owner wants nothing more for now.
    var isFull = false

    init(_ policy: WorkQueuePolicy) {
        lanes = Lanes(concurrency: policy.concurrency)
        pressure = Pressure(policy)
    }

    /// Whether the topic's messages are to stay where they are.
    var isHeld: Bool { isFull || pressure.isHigh }

    mutating func assign(_ partition: Int32) {
        release(partition)
        assignments += 1
        partitions[partition] = Partition(assignment: assignments)
    }

    /// Takes a message in; false if its partition isn't ours or its offset was taken before.
    mutating func admit(_ message: KafkaMessage) -> Bool {
        guard let partition = partitions[message.partition],
            partitions[message.partition]?.watermark.admit(message.offset) == true
        else { return false }
        tickets += 1
        let ticket = Ticket(number: tickets)
        jobs[ticket] = Job(ticket: ticket, message: message, assignment: partition.assignment)
        bytes += message.weight
        let alone = Lanes.Key.alone(partition: message.partition, offset: message.offset)
        lanes.add(ticket, to: message.key.map { .key($0) } ?? alone)
        weigh()
        return true
    }

    /// The next job to run, if one may.
    mutating func start() -> Job? {
        lanes.start().flatMap { jobs[$0] }
    }

    mutating func finish(_ ticket: Ticket) {
        guard let job = forget(ticket) else { return }
        lanes.finish(ticket)
        let number = job.message.partition
        if partitions[number]?.assignment == job.assignment {
            partitions[number]?.watermark.finish(job.message.offset)
        }
        weigh()
    }

    /// Puts a running job to rest; returns how often it has been, or nil if its partition has gone meanwhile.
    mutating func rest(_ ticket: Ticket, stage: Stage) -> Int? {
        guard let job = jobs[ticket] else { return nil }
        guard partitions[job.message.partition]?.assignment == job.assignment else {
            finish(ticket)
            return nil
        }
        lanes.rest(ticket)
        jobs[ticket]?.stage = stage
        jobs[ticket]?.repetitions += 1
        return job.repetitions + 1
    }

    mutating func wake(_ ticket: Ticket) {
        lanes.wake(ticket)
    }

    /// Forgets what has not begun, or rests, so that only what runs is waited for.
    mutating func dropIdle(_ chosen: (Int32) -> Bool) {
        let idle = jobs.values.filter { chosen($0.message.partition) && !lanes.running.contains($0.ticket) }
        for job in idle { _ = forget(job.ticket) }
        lanes.drop(idle.map(\.ticket))
        weigh()
    }

    mutating func release(_ partition: Int32) {
        dropIdle { $0 == partition }
        partitions[partition] = nil
        weigh()
    }

    func isRunning(_ chosen: (Int32) -> Bool) -> Bool {
        lanes.running.contains { jobs[$0].map { chosen($0.message.partition) } ?? false }
    }

    /// The next offsets to commit, where there is something new to say.
    func uncommitted() -> [Int32: Int64] {
        partitions.compactMapValues(\.watermark.uncommitted)
    }

    mutating func commit(_ partition: Int32, _ offset: Int64) {
        partitions[partition]?.watermark.commit(offset)
    }

    var status: WorkQueueStatus.Topic {
        let running = lanes.running.count
        return WorkQueueStatus.Topic(
            partitions: partitions.count,
            waiting: jobs.count - running - lanes.resting,
            running: running,
            resting: lanes.resting,
            bytes: bytes,
            trackedOffsets: trackedOffsets,
            isFull: isFull,
            isHeld: isHeld
        )
    }

    private var trackedOffsets: Int { partitions.values.reduce(0) { $0 + $1.watermark.tracked } }

    private mutating func forget(_ ticket: Ticket) -> Job? {
        guard let job = jobs.removeValue(forKey: ticket) else { return nil }
        bytes -= job.message.weight
        return job
    }

    private mutating func weigh() {
        pressure.update(Pressure.Load(messages: jobs.count, bytes: bytes, trackedOffsets: trackedOffsets))
    }
}
