import DequeModule

/// A message's place in a queue and its number there; no number is given twice.
struct Ticket: Hashable, Sendable {
    let place: Int
    let number: UInt64
}

/// Order within a key, and bounded work at once across keys.
///
/// Of each lane at most the first ticket runs or rests; the others wait behind it. Lanes take turns. Places and
/// lanes are used again, and tickets of a lane are linked, so that a message costs no allocation of its own.
struct Lanes {
    private enum State {
        case ready
        case running
        /// Its first ticket waits for its next try, and takes no slot.
        case resting
    }

    private struct Place {
        /// 0 while nobody has it.
        var number: UInt64 = 0
        var lane = nobody
        var previous = nobody
        var next = nobody
    }

    private struct Lane {
        /// Nil while nobody has it.
        var key: LaneKey?
        var state = State.ready
        var first = nobody
        var last = nobody
    }

    private static let nobody = -1

    let concurrency: Int
    private(set) var running = 0
    private(set) var resting = 0
    private(set) var count = 0
    private var places: [Place] = []
    private var freePlaces: [Int] = []
    private var lanes: [Lane] = []
    private var freeLanes: [Int] = []
    private var numbers: UInt64 = 0
    private var index: [LaneKey: Int] = [:]
    /// Each ready lane once or more, and lanes that are ready no longer: `start` passes over those.
    private var ready: Deque<Int> = []

    init(concurrency: Int) {
        self.concurrency = max(1, concurrency)
    }

    mutating func add(to key: LaneKey) -> Ticket {
        let lane = lane(of: key)
        let place = freePlaces.popLast() ?? places.count
        if place == places.count { places.append(Place()) }
        numbers += 1
        let last = lanes[lane].last
        places[place] = Place(number: numbers, lane: lane, previous: last, next: Self.nobody)
        if last == Self.nobody { lanes[lane].first = place } else { places[last].next = place }
        lanes[lane].last = place
        count += 1
        return Ticket(place: place, number: numbers)
    }

    /// The next ticket to run, if a slot is free and a lane ready.
    mutating func start() -> Ticket? {
        guard running < concurrency else { return nil }
        while let lane = ready.popFirst() {
            guard lanes[lane].key != nil, lanes[lane].state == .ready else { continue }
            let place = lanes[lane].first
            guard place != Self.nobody else { continue }
            lanes[lane].state = .running
            running += 1
            return Ticket(place: place, number: places[place].number)
        }
        return nil
    }

    /// Ends a running ticket, and its lane goes on; false if it doesn't run.
    @discardableResult
    mutating func finish(_ ticket: Ticket) -> Bool {
        guard isRunning(ticket) else { return false }
        running -= 1
        let lane = places[ticket.place].lane
        remove(ticket.place)
        offer(lane)
        return true
    }

    /// Gives a running ticket's slot to others; its lane waits for `wake`.
    mutating func rest(_ ticket: Ticket) {
        guard isRunning(ticket) else { return }
        running -= 1
        resting += 1
        lanes[places[ticket.place].lane].state = .resting
    }

    /// Makes a resting ticket ready to run again; one that was dropped meanwhile changes nothing.
    mutating func wake(_ ticket: Ticket) {
        guard isFirst(ticket, .resting) else { return }
        resting -= 1
        offer(places[ticket.place].lane)
    }

    /// Forgets tickets that don't run; those that run end by `finish`.
    mutating func drop(_ tickets: some Sequence<Ticket>) {
        for ticket in tickets where isKnown(ticket) && !isRunning(ticket) {
            let lane = places[ticket.place].lane
            if isFirst(ticket, .resting) {
                resting -= 1
                lanes[lane].state = .ready
            }
            remove(ticket.place)
            if lanes[lane].state == .ready { offer(lane) }
        }
        var seen: Set<Int> = []
        ready.removeAll { lanes[$0].key == nil || lanes[$0].state != .ready || !seen.insert($0).inserted }
    }

    func isRunning(_ ticket: Ticket) -> Bool {
        isFirst(ticket, .running)
    }

    private func isKnown(_ ticket: Ticket) -> Bool {
        places.indices.contains(ticket.place) && places[ticket.place].number == ticket.number
    }

    private func isFirst(_ ticket: Ticket, _ state: State) -> Bool {
        guard isKnown(ticket) else { return false }
        let lane = places[ticket.place].lane
        return lanes[lane].first == ticket.place && lanes[lane].state == state
    }

    private mutating func lane(of key: LaneKey) -> Int {
        if let lane = index[key] { return lane }
        let lane = freeLanes.popLast() ?? lanes.count
        if lane == lanes.count { lanes.append(Lane()) }
        lanes[lane] = Lane(key: key)
        index[key] = lane
        ready.append(lane)
        return lane
    }

    private mutating func remove(_ place: Int) {
        let (lane, previous, next) = (places[place].lane, places[place].previous, places[place].next)
        if previous == Self.nobody { lanes[lane].first = next } else { places[previous].next = next }
        if next == Self.nobody { lanes[lane].last = previous } else { places[next].previous = previous }
        places[place] = Place()
        freePlaces.append(place)
        count -= 1
    }

    /// Puts a lane in turn, or forgets it if it is empty.
    private mutating func offer(_ lane: Int) {
        guard let key = lanes[lane].key else { return }
        guard lanes[lane].first == Self.nobody else {
            lanes[lane].state = .ready
            ready.append(lane)
            return
        }
        index[key] = nil
        lanes[lane] = Lane()
        freeLanes.append(lane)
    }
}
