import Foundation
import Reservations
import TestSupport
import Testing

@Suite("Before the end") struct ExpiryWarningTests {
    private let id = Message.id(1)

    private func warnings(_ world: World) -> [ReservationEvent] {
        world.events.events.filter { $0.phase == ExpiryWarning.phase }
    }

    @Test func `its user is warned 30, 15 and 5 minutes before, once each, by event and in the pod`()
        async throws
    {
        let world = World()
        try await world.run {
            _ = try await world.worker("worker-1").send(Message.request(1, hours: 0.75))
            _ = try await world.worker("worker-2")
            try await world.until(id, is: .active)
            let names = PodNames(id, generation: 1)
            try await world.until("the pod is told") { world.pods.notice(of: names) != nil }
            #expect(world.pods.notice(of: names)?.warning == nil)
            try await world.until(id, is: .expired)
            #expect(world.pods.notice(of: names)?.warning?.contains("in 5 minutes") == true)
        }
        let said = warnings(world)
        let end = try #require(world.ledger.peek(id)?.expiresAt)
        #expect(said.map { $0.detail.contains("30 minutes") } == [true, false, false])
        #expect(said.count == 3)
        for (event, minutes) in zip(said, [30.0, 15, 5]) {
            let left = end.timeIntervalSince(event.at)
            // A full look comes every 30 s, give or take a quarter.
            #expect(left <= minutes * 60 && left > minutes * 60 - 45)
        }
    }

    @Test func `extended, it is warned again before the new end`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1, hours: 0.75))
            try await world.until(id, is: .active)
            try await world.until("warned") { !warnings(world).isEmpty }
            let end = try #require(world.ledger.peek(id)?.expiresAt)
            #expect(await worker.send(Message.extend(id, hours: 0.75, from: end, command: "c-1")) == .done)
            #expect(world.pods.notice(of: PodNames(id, generation: 1))?.warning == nil)
            try await world.until(id, is: .expired, within: .seconds(7_200))
        }
        #expect(warnings(world).count == 4)
    }

    @Test func `a cluster that is silent holds up neither the event nor the end`() async throws {
        let world = World()
        try await world.run {
            _ = try await world.worker().send(Message.request(1, hours: 0.75))
            try await world.until(id, is: .active)
            try await world.until("heard") { world.ledger.peek(id)?.unpublished.isEmpty == true }
            world.pods.change { $0.isSilent = true }
            try await world.until("warned") { warnings(world).count == 1 }
            #expect(world.ledger.peek(id)?.unpublished == [.podNotice])
            try await world.time.sleep(for: .seconds(120))
            #expect(warnings(world).count == 1)
            world.pods.change { $0.isSilent = false }
            try await world.until("the pod is told") { world.ledger.peek(id)?.unpublished.isEmpty == true }
            #expect(world.pods.notice(of: PodNames(id, generation: 1))?.warning != nil)
        }
    }

    @Test(
        arguments: [
            (31.0, [], nil), (30, [], 30), (16, [30], nil), (14, [30], 15), (4, [30], 5),
            (4, [30, 15, 5], nil),
            (0, [], nil),
        ] as [(Double, [Int], Int?)]
    )
    func `the latest warning whose time has come is due, unless it was given`(
        left: Double,
        given: [Int],
        due: Int?
    ) {
        var row = Reservation(
            id: id,
            request: Message.request(1),
            status: .active,
            createdAt: TestTime.start
        )
        row.launchedAt = TestTime.start
        row.expiresAt = TestTime.start.addingTimeInterval(7200)
        for minutes in given { row.warningsSent[ExpiryWarning.name(minutes)] = true }
        let now = TestTime.start.addingTimeInterval(7200 - left * 60)
        #expect(ExpiryWarning.due(for: row, [30, 15, 5], at: now) == due)
    }

    @Test func `a server of ten minutes is warned of its last five alone`() {
        var row = Reservation(id: id, request: nil, status: .active, createdAt: TestTime.start)
        row.launchedAt = TestTime.start
        row.expiresAt = TestTime.start.addingTimeInterval(600)
        let minutes = [30, 15, 5]
        #expect(ExpiryWarning.due(for: row, minutes, at: TestTime.start.addingTimeInterval(10)) == nil)
        #expect(ExpiryWarning.due(for: row, minutes, at: TestTime.start.addingTimeInterval(301)) == 5)
    }
}
