/// For programs: the report's figures, and beside them all events with their workers and attempts.
extension ReservationTrace: Encodable {
    enum CodingKeys: String, CodingKey {
        case reservation = "reservation_id"
        case traceID = "trace_id"
        case parentID = "parent_span_id"
        case status, attempts, events, phases
    }

    private struct AttemptView: Encodable {
        let attempt: Int
        let worker: WorkerID
    }

    private struct EventView: Encodable {
        let event: String
        /// Seconds since 1970.
        let at: Double
        let attempt: Int
        let generation: Int
        let worker: String
        let elapsed: Double?

        enum CodingKeys: String, CodingKey {
            case event, at, attempt, generation, worker
            case elapsed = "elapsed_seconds"
        }
    }

    package func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .reservation)
        try container.encode(traceID, forKey: .traceID)
        try container.encodeIfPresent(parent?.spanID, forKey: .parentID)
        try container.encode(status, forKey: .status)
        try container.encode(
            attempts.map { AttemptView(attempt: $0.number, worker: $0.worker) },
            forKey: .attempts
        )
        let events = entries.map {
            EventView(
                event: $0.event,
                at: $0.at,
                attempt: $0.attempt,
                generation: $0.generation,
                worker: worker(of: $0.attempt),
                elapsed: $0.elapsed
            )
        }
        try container.encode(events, forKey: .events)
        try container.encode(stretches, forKey: .phases)
    }
}
