import Foundation
import Reservations
import TestSupport
import Testing

@Suite("The trace over workers and attempts") struct TraceLogTests {
    private static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    private static func world(_ body: @escaping @Sendable (World) async throws -> Void) async throws
        -> Reservation
    {
        let world = World()
        try await world.run { try await body(world) }
        return try #require(world.ledger.peek(Message.id(1)))
    }

    /// A reservation whose first worker dies once its volume's id is written.
    private static func adopted() async throws -> Reservation {
        try await world { world in
            let first = try await world.worker("worker-1")
            _ = await first.send(Message.request(1), traceparent: parent)
            try await world.until("the id is written") { world.ledger.peek(Message.id(1))?.volumeID != nil }
            first.kill()
            _ = try await world.worker("worker-2")
            try await world.until("active") { world.ledger.peek(Message.id(1))?.status == .active }
        }
    }

    @Test func `each event is there with its worker, attempt and time on that worker's clock`() async throws {
        let row = try await Self.adopted()
        let trace = ReservationTrace(of: row)
        #expect(trace.attempts.map(\.worker.rawValue) == ["worker-1", "worker-2"])
        let written = try #require(trace.entries.last { $0.event == "volume_id_write_start" })
        #expect(trace.worker(of: written.attempt) == "worker-1")
        let active = try #require(trace.entries.last)
        #expect(active.event == "active")
        #expect(trace.worker(of: active.attempt) == "worker-2")
        #expect(active.elapsed ?? 0 > 0)
        #expect(trace.entries.map(\.at) == trace.entries.map(\.at).sorted())
    }

    @Test func `all spans of all attempts are of the message's trace, under its span`() async throws {
        let row = try await Self.adopted()
        let spans = ReservationTrace(of: row).spans
        #expect(Set(spans.map(\.traceID)) == ["4bf92f3577b34da6a3ce929d0e0e4736"])
        let root = try #require(spans.last)
        #expect(root.name == "reservation")
        #expect(root.parentID == "00f067aa0ba902b7")
        let attempts = spans.filter { $0.name.hasPrefix("attempt") }
        #expect(attempts.count == 2)
        #expect(attempts.allSatisfy { $0.parentID == root.spanID })
        let pod = try #require(spans.first { $0.name == "pod_create" })
        #expect(attempts.last?.spanID == pod.parentID)
        #expect(pod.attributes["berth.worker"] == .text("worker-2"))
        #expect(Set(spans.map(\.spanID)).count == spans.count)
    }

    @Test func `what is told while it goes on is told again at the end as the same spans`() async throws {
        let row = try await Self.adopted()
        var earlier = row
        earlier.status = .preparing
        earlier.trace["active"] = nil
        let early = ReservationTrace(of: earlier).spans.map(\.spanID)
        let all = ReservationTrace(of: row).spans.map(\.spanID)
        #expect(!early.isEmpty)
        #expect(Set(early).isSubset(of: all))
    }

    @Test func `without a message's trace the trace id follows from the reservation`() {
        var row = Reservation(id: Message.id(7), request: nil, status: .pending, createdAt: .now)
        let one = ReservationTrace(of: row).traceID
        #expect(one.count == 32)
        #expect(ReservationTrace(of: row).traceID == one)
        row.traceparent = "nonsense"
        #expect(ReservationTrace(of: row).traceID == one)
    }

    @Test(
        arguments: [
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", false),
            ("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-will-be-like", true),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", nil),
            ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", nil),
            ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", nil),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", nil),
            ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", nil), ("", nil),
        ] as [(String, Bool?)]
    )
    func `a traceparent is read as the standard says`(text: String, isSampled: Bool?) {
        #expect(TraceParent(text)?.isSampled == isSampled)
    }

    @Test func `a row keeps the ends of a very long trace`() throws {
        var row = Reservation(id: Message.id(1), request: nil, status: .pending, createdAt: .now)
        for number in 1...400 {
            row.note(event: .diskCreateStart, at: Double(number), attempt: number)
        }
        #expect(row.traceLog.entries.count <= 96)
        #expect(row.traceLog.attempts.count <= 24)
        #expect(row.traceLog.entries.first?.at == 1)
        #expect(row.traceLog.entries.last?.at == 400)
    }
}

extension Reservation {
    fileprivate mutating func note(event: TraceEvent, at time: Double, attempt: Int) {
        trace[event.rawValue] = time
        traceLog.follow(
            trace,
            elapsed: [:],
            worker: WorkerID(unchecked: "worker-\(attempt)"),
            fence: Fence(attempt),
            generation: 1
        )
    }
}
