import Reservations

/// A row for programs, with when it gets its GPUs if it queues.
struct ListedReservation: Encodable {
    let row: Reservation
    let starts: QueueEstimate?

    enum CodingKeys: String, CodingKey {
        case starts = "starts_in_seconds"
    }

    func encode(to encoder: any Encoder) throws {
        try row.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(starts, forKey: .starts)
    }
}
