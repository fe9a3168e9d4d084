/// A reservation's trace: one trace id whatever workers and attempts it went through.
package struct ReservationTrace: Sendable {
    /// A phase as one attempt went through it.
    package struct Stretch: Sendable, Equatable, Codable {
        package let name: String
        /// Seconds since the request was received, by the wall clock.
        package let start: Double
        /// On one worker's monotone clock where `is_monotone` says so, else by the wall clock.
        package let seconds: Double
        package let isMonotone: Bool
        package let attempt: Int
        package let generation: Int
        package let isFinished: Bool

        enum CodingKeys: String, CodingKey {
            case name, start, seconds, attempt, generation
            case isMonotone = "is_monotone"
            case isFinished = "is_finished"
        }
    }

    let row: Reservation
    let parent: TraceParent?
    let log: TraceLog
    package let stretches: [Stretch]
    package var report: TraceReport { TraceReport(of: row.trace) }

    package var id: ReservationID { row.id }
    package var status: Status { row.status }
    package var traceID: String { parent?.traceID ?? TraceID.trace(of: row.id) }
    /// Whether it is to be told to a tracing system, by whoever began the trace.
    package var isSampled: Bool? { parent?.isSampled }
    package var entries: [TraceLog.Entry] { log.entries }
    package var attempts: [TraceLog.Attempt] { log.attempts }

    package init(of row: Reservation) {
        self.row = row
        parent = row.traceparent.flatMap { TraceParent($0) }
        var log = row.traceLog
        // A row of an earlier version has times alone; what a fact brought is in no log yet.
        if let worker = log.attempts.last?.worker ?? row.owner ?? WorkerID(rawValue: "unknown") {
            log.follow(
                row.trace,
                elapsed: [:],
                worker: worker,
                fence: log.attempts.last.map { Fence($0.number) } ?? row.fence,
                generation: row.diskGeneration
            )
        }
        self.log = log
        stretches = Self.stretches(of: log.entries, isOver: Self.isOver(row))
    }

    /// Whether its way to a running server is behind it.
    var isOver: Bool { Self.isOver(row) }

    private static func isOver(_ row: Reservation) -> Bool {
        row.trace[TraceEvent.active.rawValue] != nil || row.status.isTerminal
    }

    /// When the request was received, in seconds since 1970.
    package var origin: Double {
        row.trace[TraceEvent.received.rawValue] ?? log.entries.first?.at ?? 0
    }

    private static func stretches(of entries: [TraceLog.Entry], isOver: Bool) -> [Stretch] {
        let origin = entries.first { $0.event == TraceEvent.received.rawValue }?.at ?? entries.first?.at ?? 0
        let last = entries.last?.attempt
        var found: [Stretch] = []
        for phase in TracePhase.allCases {
            for (index, begin) in entries.enumerated() where begin.event == phase.start.rawValue {
                let rest = entries[(index + 1)...]
                // Begun again, it isn't this one that ends.
                let until = rest.firstIndex { $0.event == begin.event } ?? entries.endIndex
                let end = rest.prefix(upTo: until).first {
                    $0.event == phase.end.rawValue
                        && (phase.outlivesAttempts || $0.attempt == begin.attempt)
                        && (phase == .admission || $0.generation == begin.generation)
                }
                let stop = end ?? entries.last { $0.attempt == begin.attempt && $0.at >= begin.at }
                guard let stop, end != nil || isOver || begin.attempt != last else { continue }
                found.append(stretch(phase, from: begin, to: stop, origin: origin, isFinished: end != nil))
            }
        }
        return found.sorted { ($0.start, $0.attempt) < ($1.start, $1.attempt) }
    }

    private static func stretch(
        _ phase: TracePhase,
        from begin: TraceLog.Entry,
        to end: TraceLog.Entry,
        origin: Double,
        isFinished: Bool
    ) -> Stretch {
        var seconds = max(0, end.at - begin.at)
        var isMonotone = false
        if begin.attempt == end.attempt, let from = begin.elapsed, let to = end.elapsed {
            (seconds, isMonotone) = (max(0, to - from), true)
        }
        return Stretch(
            name: phase.name,
            start: begin.at - origin,
            seconds: seconds,
            isMonotone: isMonotone,
            attempt: begin.attempt,
            generation: begin.generation,
            isFinished: isFinished
        )
    }
}
