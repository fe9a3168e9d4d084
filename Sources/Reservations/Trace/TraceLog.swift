/// Every trace event of a reservation in the order of its writes, with the attempt that it belongs to.
///
/// `trace_data` keeps the last time of each event, under the names of old; this keeps all of them. An attempt is
/// one worker's hold on the row, and its number the row's fence.
package struct TraceLog: Sendable, Equatable {
    package struct Attempt: Sendable, Equatable {
        package let number: Int
        package let worker: WorkerID
    }

    package struct Entry: Sendable, Equatable {
        package let event: String
        /// Seconds since 1970, by the worker's wall clock.
        package let at: Double
        package let attempt: Int
        /// The generation of the disk.
        package let generation: Int
        /// Seconds since the attempt began, on the worker's monotone clock; nil where nobody measured it.
        package let elapsed: Double?
    }

    package private(set) var attempts: [Attempt] = []
    package private(set) var entries: [Entry] = []

    /// A row stays small: what is beyond is dropped from the middle, since the ends tell most.
    static let entryLimit = 96
    static let attemptLimit = 24

    package init() {}

    /// In the pipeline: events of the same moment are told in its order.
    private static func place(of event: String) -> Int {
        TraceEvent(rawValue: event).flatMap { TraceEvent.allCases.firstIndex(of: $0) } ?? 0
    }

    /// Takes over what the trace has and the log hasn't yet.
    ///
    /// - Parameters:
    ///   - trace: the row's trace as it is to be written.
    ///   - elapsed: for the events of this attempt, seconds since it began on its monotone clock.
    ///   - worker: whoever writes.
    ///   - fence: under which it writes.
    ///   - generation: the disk's.
    package mutating func follow(
        _ trace: [String: Double],
        elapsed: [String: Double],
        worker: WorkerID,
        fence: Fence,
        generation: Int
    ) {
        var known: [String: Double] = [:]
        for entry in entries { known[entry.event] = entry.at }
        let news = trace.filter { known[$0.key] != $0.value }
            .sorted { ($0.value, Self.place(of: $0.key)) < ($1.value, Self.place(of: $1.key)) }
        guard !news.isEmpty else { return }
        if attempts.last?.number != fence.number {
            attempts.append(Attempt(number: fence.number, worker: worker))
            if attempts.count > Self.attemptLimit { attempts.remove(at: Self.attemptLimit / 2) }
        }
        for (event, time) in news {
            let entry = Entry(
                event: event,
                at: time,
                attempt: fence.number,
                generation: generation,
                elapsed: elapsed[event]
            )
            // What was told late stands where it belongs.
            let place = entries.lastIndex { $0.at <= time }.map { $0 + 1 } ?? 0
            entries.insert(entry, at: place)
            if entries.count > Self.entryLimit { entries.remove(at: Self.entryLimit / 2) }
        }
    }
}

/// Lists without names: the log is written with every step, and a row is paid for by its size.
extension TraceLog: Codable {
    enum CodingKeys: String, CodingKey {
        case attempts, entries
    }
}

extension TraceLog.Attempt: Codable {
    package init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        number = try list.decode(Int.self)
        worker = try list.decode(WorkerID.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        try list.encode(number)
        try list.encode(worker)
    }
}

extension TraceLog.Entry: Codable {
    package init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        event = try list.decode(String.self)
        at = try list.decode(Double.self)
        attempt = try list.decode(Int.self)
        generation = try list.decode(Int.self)
        elapsed = list.isAtEnd ? nil : try list.decode(Double.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        try list.encode(event)
        try list.encode(at)
        try list.encode(attempt)
        try list.encode(generation)
        if let elapsed { try list.encode(elapsed) }
    }
}
