import DequeModule
import Kafka

/// All that a queue knows of one topic: lanes, watermarks, load.
///
/// A value without I/O. Times are the caller's, since some start of its own.
struct TopicIntake {
    enum Stage: Sendable, Hashable {
        case handle
        /// The handler has given it up; its letter is still to be published.
        case bury(reason: String)
    }

    /// A message on its way through a handler, whose it is until `finish` or `rest`.
    struct Job: Sendable {
        let ticket: Ticket
        let message: KafkaMessage
        var stage = Stage.handle
        var repetitions = 0
    }

    /// What is remembered of a message while its handler has it.
    struct Entry {
        let ticket: Ticket
        let partition: Int32
        let offset: Int64
        let weight: Int
        /// Which assignment of the partition it came with: a later one counts anew.
        let assignment: UInt64
        /// Whose watermark it moves.
        var reading: UInt64
        /// Nil while it runs.
        var job: Job?
        var begun: Duration
        var isRepeated = false
    }

    var lanes: Lanes
    /// By place, as the lanes give them.
    private var slots: [Entry?] = []
    var partitions = PartitionTable()
    private var pressure: Pressure
    private(set) var bytes = 0
    private(set) var trackedOffsets = 0
    /// Numbers assignments and readings.
    private var readings: UInt64 = 0
    /// When a message was last finished, or the first was taken after a lull.
    var lastProgress = Duration.zero
    /// Whether the owner wants nothing more for now.
    var isFull = false

    init(_ policy: WorkQueuePolicy) {
        lanes = Lanes(concurrency: policy.concurrency)
        pressure = Pressure(policy)
    }

    var entries: some Sequence<Entry> { slots.lazy.compactMap { $0 } }

    /// Whether the topic's messages are to stay where they are.
    var isHeld: Bool { isFull || pressure.isHigh }

    /// Takes a partition in; one that is assigned again begins anew.
    mutating func assign(_ partition: Int32) {
        release(partition)
        readings += 1
        partitions.insert(PartitionIntake(assignment: readings), at: partition)
    }

    /// Takes messages in, and returns those that weren't taken.
    mutating func admit(_ messages: [KafkaMessage], at now: Duration) -> [KafkaMessage] {
        var refused: [KafkaMessage] = []
        for message in messages where !admit(message, at: now) { refused.append(message) }
        return refused
    }

    /// Takes a message in; false if its partition isn't ours or goes.
    ///
    /// An offset that was to be past is taken again: it may stand for another message, where a topic was made
    /// anew. (A new log that has outgrown our position before it is fetched looks like the old one's rest, and
    /// what is below stays unread: without topic ids nothing tells them apart.)
    mutating func admit(_ message: KafkaMessage, at now: Duration = .zero) -> Bool {
        var admission = partitions[message.partition]?.admit(message.offset) ?? .refused
        if case .stepsBack = admission {
            stepBack(message.partition, to: message.offset)
            admission = partitions[message.partition]?.admit(message.offset) ?? .refused
        }
        guard case .taken(let assignment, let reading) = admission else { return false }
        take(message, of: assignment, reading: reading, at: now)
        return true
    }

    private mutating func take(
        _ message: KafkaMessage,
        of assignment: UInt64,
        reading: UInt64,
        at now: Duration
    ) {
        if lanes.count == 0 { lastProgress = now }
        let weight = message.weight
        let ticket = lanes.add(to: LaneKey(message))
        if ticket.place >= slots.count { slots.append(nil) }
        slots[ticket.place] = Entry(
            ticket: ticket,
            partition: message.partition,
            offset: message.offset,
            weight: weight,
            assignment: assignment,
            reading: reading,
            job: Job(ticket: ticket, message: message),
            begun: now
        )
        bytes += weight
        trackedOffsets += 1
        weigh()
    }

    /// Reads a partition on from an earlier offset.
    ///
    /// What was taken from there on is still handled, since its log may be gone, but counts no more; what is
    /// below goes on to hold the commits back.
    private mutating func stepBack(_ partition: Int32, to offset: Int64) {
        guard let before = partitions[partition]?.reading else { return }
        readings += 1
        for place in slots.indices {
            guard let entry = slots[place], entry.partition == partition, entry.reading == before,
                entry.offset < offset
            else { continue }
            slots[place]?.reading = readings
        }
        trackedOffsets -= partitions[partition]?.stepBack(to: offset, reading: readings) ?? 0
        weigh()
    }

    /// All jobs that may run now.
    mutating func startAll(at now: Duration) -> Deque<Job> {
        var jobs: Deque<Job> = []
        while let job = start(at: now) { jobs.append(job) }
        return jobs
    }

    /// The next job to run, if one may.
    mutating func start(at now: Duration = .zero) -> Job? {
        guard let ticket = lanes.start() else { return nil }
        slots[ticket.place]?.begun = now
        return slots[ticket.place]?.job.take()
    }

    /// Ends a running job; returns what it was, if it was one.
    ///
    /// Whatever became of its partition meanwhile: only a reading's own messages move its watermark.
    @discardableResult
    mutating func finish(_ ticket: Ticket, at now: Duration = .zero) -> Finish? {
        guard lanes.finish(ticket), let entry = forget(ticket) else { return nil }
        lastProgress = now
        if partitions[entry.partition]?.reading == entry.reading {
            trackedOffsets -= partitions[entry.partition]?.watermark.finish(entry.offset) ?? 0
        }
        weigh()
        let stretch = entry.isRepeated ? endRepeating(entry, at: now) : nil
        return Finish(partition: entry.partition, ran: now - entry.begun, endedStretch: stretch)
    }

    /// Ends running jobs; returns what they were, as far as they were some.
    mutating func finish(_ ended: some Sequence<Ending>, at now: Duration) -> [Finish] {
        ended.compactMap { ending in
            var finish = finish(ending.ticket, at: now)
            finish?.outcome = ending.outcome
            return finish
        }
    }

    /// Puts a running job to rest, unless its partition has gone or goes: then it is forgotten, and nil is
    /// returned.
    mutating func rest(_ job: Job, stage: Stage, at now: Duration = .zero) -> Rest? {
        guard lanes.isRunning(job.ticket), let entry = slots[job.ticket.place] else { return nil }
        guard let partition = partitions[entry.partition], partition.assignment == entry.assignment,
            !partition.isDraining
        else {
            lanes.finish(job.ticket)
            _ = forget(job.ticket)
            weigh()
            return nil
        }
        lanes.rest(job.ticket)
        // It may rest for long, and its neighbours needn't be kept along with it.
        var job = Job(ticket: job.ticket, message: job.message.detached, repetitions: job.repetitions)
        job.stage = stage
        job.repetitions += 1
        slots[job.ticket.place]?.job = job
        slots[job.ticket.place]?.isRepeated = true
        let isFirst = !entry.isRepeated && partitions[entry.partition]?.beginRepeating(at: now) == true
        return Rest(partition: entry.partition, repetition: job.repetitions, beginsStretch: isFirst)
    }

    mutating func wake(_ ticket: Ticket) {
        lanes.wake(ticket)
    }

    /// Begins nothing more of these partitions and forgets what rests, so that only what runs is waited for.
    mutating func drain(_ chosen: (Int32) -> Bool) {
        for number in partitions.numbers where chosen(number) { partitions[number]?.isDraining = true }
        dropIdle(chosen)
    }

    mutating func release(_ partition: Int32) {
        dropIdle { $0 == partition }
        trackedOffsets -= partitions[partition]?.watermark.tracked ?? 0
        partitions[partition] = nil
        weigh()
    }

    func isRunning(_ chosen: (Int32) -> Bool) -> Bool {
        lanes.running > 0
            && entries.contains { chosen($0.partition) && lanes.isRunning($0.ticket) }
    }

    /// The next offsets to commit, where there is something new to say.
    func uncommitted() -> [Int32: SafeOffset] {
        partitions.compactMapValues { partition in
            partition.watermark.uncommitted.map { SafeOffset($0, of: partition.reading) }
        }
    }

    /// Remembers an accepted commit; one of an earlier reading says nothing of this one.
    mutating func commit(_ partition: Int32, _ safe: SafeOffset) {
        guard partitions[partition]?.reading == safe.reading else { return }
        partitions[partition]?.watermark.commit(safe.offset)
    }

    private mutating func dropIdle(_ chosen: (Int32) -> Bool) {
        let idle = entries.filter { chosen($0.partition) && !lanes.isRunning($0.ticket) }
        guard !idle.isEmpty else { return }
        for entry in idle {
            _ = forget(entry.ticket)
            if entry.isRepeated { _ = endRepeating(entry, at: .zero) }
        }
        lanes.drop(idle.map(\.ticket))
        weigh()
    }

    private mutating func endRepeating(_ entry: Entry, at now: Duration) -> Duration? {
        guard partitions[entry.partition]?.assignment == entry.assignment else { return nil }
        return partitions[entry.partition]?.endRepeating(at: now)
    }

    private mutating func forget(_ ticket: Ticket) -> Entry? {
        guard let entry = slots[ticket.place].take() else { return nil }
        bytes -= entry.weight
        return entry
    }

    private mutating func weigh() {
        pressure.update(
            Pressure.Load(messages: lanes.count, bytes: bytes, trackedOffsets: trackedOffsets)
        )
    }
}
