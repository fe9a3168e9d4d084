import Foundation
import Reservations
import TestSupport
import Testing

@Suite("The queue, forecast from rows") struct QueueForecastTests {
    private static let now = Date(timeIntervalSince1970: 1_790_000_000)
    private static let nodes = ["node-1": 4]

    /// A server that runs until so many hours from now, or ran until so many hours ago.
    private static func server(_ number: Int, from start: Double, to end: Double, gpus: Int = 4)
        -> Reservation
    {
        let since = now.addingTimeInterval(start * 3_600)
        let request = Message.request(number, gpus: gpus, hours: end - start)
        var row = Reservation(
            id: request.reservationID,
            request: request,
            status: end > 0 ? .active : .expired,
            createdAt: since
        )
        row.trace["capacity_promised"] = since.timeIntervalSince1970
        row.promise = Promise(gpuType: World.t4, node: "node-1", zone: "zone-a", count: gpus)
        row.launchedAt = since
        row.expiresAt = now.addingTimeInterval(end * 3_600)
        if end <= 0 { row.endedAt = row.expiresAt }
        return row
    }

    private static func queued(_ number: Int, gpus: Int = 4, for hours: Double = 0.1) -> Reservation {
        let request = Message.request(number, gpus: gpus)
        return Reservation(
            id: request.reservationID,
            request: request,
            status: .queued,
            createdAt: now.addingTimeInterval(-hours * 3_600)
        )
    }

    private static func forecast(_ rows: [Reservation]) -> [ReservationID: QueueEstimate] {
        QueueForecast(of: World.t4, nodes: nodes, rows: rows, at: now).estimates()
    }

    @Test func `whoever waits is told when the server before him ends`() throws {
        let past = (0..<20).map { server in Self.server(100 + server, from: -60, to: -50) }
        let rows = past + [Self.server(1, from: -1, to: 3), Self.queued(2), Self.queued(3, for: 0.05)]
        let estimates = Self.forecast(rows)
        let first = try #require(estimates[Message.id(2)])
        let second = try #require(estimates[Message.id(3)])
        #expect((3 * 3_600...3.5 * 3_600).contains(first.p50))
        #expect(second.p50 > first.p50)
        #expect(estimates.count == 2)
    }

    @Test func `nobody waits, nothing is told`() {
        #expect(Self.forecast([Self.server(1, from: -1, to: 3)]).isEmpty)
    }

    @Test func `what no node can hold, and other types, are left out`() {
        #expect(Self.forecast([Self.queued(1, gpus: 8)]).isEmpty)
        let other = QueueForecast(
            of: GPUType(unchecked: "h100"),
            nodes: Self.nodes,
            rows: [Self.queued(1)],
            at: Self.now
        )
        #expect(other.estimates().isEmpty)
    }
}
