import DequeModule

/// A message's number in a queue; none is given twice.
struct Ticket: Hashable, Comparable, Sendable {
    let number: UInt64

    static func < (left: Ticket, right: Ticket) -> Bool {
        left.number < right.number
    }
}

/// Order within a key, and bounded work at once across keys.
///
/// Of each lane at most the first ticket runs or rests; the others wait behind it. Lanes take turns.
struct Lanes {
    enum Key: Hashable, Sendable {
        case key([UInt8])
        /// A message without a key has a lane of its own.
        case alone(partition: Int32, offset: Int64)
    }

    private enum State {
        case ready
        case running
        /// Its first ticket waits for its next try, and takes no slot.
        case resting
    }

    private struct Lane {
        var state = State.ready
        var tickets: Deque<Ticket> = []
    }

    let concurrency: Int
    private var lanes: [Key: Lane] = [:]
    private var keys: [Ticket: Key] = [:]
    /// Each ready lane once or more, and lanes that are ready no longer: `start` passes over those.
    private var ready: Deque<Key> = []
    private(set) var running: Set<Ticket> = []

    init(concurrency: Int) {
        self.concurrency = max(1, concurrency)
    }

    var count: Int { keys.count }

    var resting: Int { lanes.values.count { $0.state == .resting } }

    mutating func add(_ ticket: Ticket, to key: Key) {
        guard keys[ticket] == nil else { return }
        keys[ticket] = key
        if lanes[key] == nil { ready.append(key) }
        lanes[key, default: Lane()].tickets.append(ticket)
    }

    /// The next ticket to run, if a slot is free and a lane ready.
    mutating func start() -> Ticket? {
        guard running.count < concurrency else { return nil }
        while let key = ready.popFirst() {
            guard lanes[key]?.state == .ready, let ticket = lanes[key]?.tickets.first else { continue }
            lanes[key]?.state = .running
            running.insert(ticket)
            return ticket
        }
        return nil
    }

    /// Ends a running ticket; its lane goes on.
    mutating func finish(_ ticket: Ticket) {
        guard running.remove(ticket) != nil, let key = keys.removeValue(forKey: ticket) else { return }
        lanes[key]?.tickets.removeFirst()
        offer(key)
    }

    /// Gives a running ticket's slot to others; its lane waits for `wake`.
    mutating func rest(_ ticket: Ticket) {
        guard running.remove(ticket) != nil, let key = keys[ticket] else { return }
        lanes[key]?.state = .resting
    }

    /// Makes a resting ticket ready to run again; one that was dropped meanwhile changes nothing.
    mutating func wake(_ ticket: Ticket) {
        guard let key = keys[ticket], let lane = lanes[key] else { return }
        guard lane.state == .resting, lane.tickets.first == ticket else { return }
        offer(key)
    }

    /// Forgets tickets that don't run; those that run end by `finish`.
    mutating func drop(_ tickets: some Sequence<Ticket>) {
        for ticket in tickets where !running.contains(ticket) {
            guard let key = keys.removeValue(forKey: ticket), let lane = lanes[key] else { continue }
            let wasResting = lane.state == .resting && lane.tickets.first == ticket
            lanes[key]?.tickets.removeAll { $0 == ticket }
            if wasResting || lanes[key]?.tickets.isEmpty == true { offer(key) }
        }
    }

    /// Puts a lane in turn, or forgets it if it is empty.
    private mutating func offer(_ key: Key) {
        guard let lane = lanes[key] else { return }
        if lane.tickets.isEmpty {
            lanes[key] = nil
        } else {
            lanes[key]?.state = .ready
            ready.append(key)
        }
    }
}
