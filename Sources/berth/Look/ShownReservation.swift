import Fleet
import Reservations

/// Where a reservation stands in the queue of its GPU type: read from the indexes each time, and stored nowhere.
struct QueuePlace {
    let position: Int
    let length: Int
}

/// A row as it is stored, with its place in the queue.
struct ShownReservation: Encodable {
    let row: Reservation
    let place: QueuePlace?
    var starts: QueueEstimate?

    private enum CodingKeys: String, CodingKey {
        case position = "queue_position"
        case starts = "starts_in_seconds"
    }

    func encode(to encoder: any Encoder) throws {
        try row.encode(to: encoder)
        var more = encoder.container(keyedBy: CodingKeys.self)
        try more.encodeIfPresent(place?.position, forKey: .position)
        try more.encodeIfPresent(starts, forKey: .starts)
    }
}

extension Cloud {
    /// The places of those that wait.
    func queuePlaces(of rows: [Reservation]) async throws -> [ReservationID: QueuePlace] {
        let waiting = rows.filter { $0.status == .queued }
        var places: [ReservationID: QueuePlace] = [:]
        for type in Set(waiting.compactMap { $0.request?.gpuType }) {
            let queue = try await ledger.queue(of: type)
            for row in waiting where row.request?.gpuType == type {
                guard let index = queue.firstIndex(of: row.id) else { continue }
                places[row.id] = QueuePlace(position: index + 1, length: queue.count)
            }
        }
        return places
    }
}
