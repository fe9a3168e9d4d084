import Foundation
import Reservations
import TestSupport
import Testing

@Suite("The phases and their order") struct PhaseTests {
    private static func active() async throws -> World {
        let world = World()
        try await world.provision(until: .active)
        return world
    }

    @Test func `nothing comes between CreateVolume's answer and the write of its id`() async throws {
        let world = try await Self.active()
        let lines = world.chronicle.all
        let created = try #require(lines.firstIndex { $0.hasPrefix("volumes: created") })
        #expect(lines[created + 1].hasPrefix("ledger: fact"))
    }

    @Test func `keys and storage run side by side, while the volume is being made`() async throws {
        let world = try await Self.active()
        let row = try #require(world.ledger.peek(Message.id(1)))
        func at(_ event: TraceEvent) throws -> Double { try #require(row.trace[event.rawValue], "\(event)") }
        let (keys, storage, end) = (
            try at(.gitHubKeysFetchStart), try at(.efsSetupStart), try at(.efsSetupEnd)
        )
        let available = try at(.diskCreateEnd)
        #expect(keys == storage)
        #expect(keys < available)
        #expect(end - storage >= 2)
        let report = TraceReport(of: row.trace)
        #expect(report.overlapSavedSeconds ?? 0 >= 1.9)
        #expect(report.ratio ?? 0 >= 1)
        #expect(report.idWriteSeconds ?? 1 < 0.1)
    }

    @Test func `all events of the design are there, in its order`() async throws {
        let world = try await Self.active()
        let trace = try #require(world.ledger.peek(Message.id(1))?.trace)
        let chain: [TraceEvent] = [
            .received, .admitted, .capacityPromised, .diskCreateStart, .volumeIDWriteStart, .volumeIDWriteEnd,
            .gitHubKeysFetchStart, .gitHubKeysFetchEnd, .efsSetupEnd, .diskWaitStart, .diskCreateEnd,
            .podCreateStart, .podCreateEnd, .sshReadyCheckStart, .sshReadyCheckEnd, .active,
        ]
        let times = chain.compactMap { trace[$0.rawValue] }
        #expect(times.count == chain.count)
        #expect(times == times.sorted())
    }

    @Test func `the intent is written before the volume is asked for, the anchor before the pod`()
        async throws
    {
        let chronicle = try await Self.active().chronicle
        let intent = try #require(chronicle.first("preparing v2"))
        let created = try #require(chronicle.first("volumes: created"))
        let anchor = try #require(chronicle.first("pods: anchor"))
        let pod = try #require(chronicle.first("pods: post"))
        #expect(intent < created && created < anchor && anchor < pod)
    }

    @Test func `the events carry growing versions`() async throws {
        let world = try await Self.active()
        let versions = world.events.events.map(\.version)
        #expect(versions == versions.sorted())
    }

    @Test func `forty requests for few GPUs end up active or queued, and no GPU is promised twice`()
        async throws
    {
        let world = World(seed: 4)
        try await world.run {
            let workers = [try await world.worker("worker-1"), try await world.worker("worker-2")]
            for number in 1...40 {
                let user = UserID(unchecked: "user\(number)")
                _ = await workers[number % 2].send(Message.request(number, user: user))
            }
            try await world.until("eight run") {
                world.ledger.allReservations.filter { $0.status == .active }.count == 8
            }
            try await world.time.sleep(for: .seconds(120))
        }
        let rows = world.ledger.allReservations
        #expect(rows.filter { $0.status == .active }.count == 8)
        #expect(rows.filter { $0.status == .queued }.count == 32)
        #expect(world.ledger.allCapacity.allSatisfy { $0.promises.count <= 4 })
    }
}
