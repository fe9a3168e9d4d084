import Foundation
package import Reservations

/// A fleet in memory: all ports' fakes on one clock, workers that can be killed or paused, and a janitor.
package final class World: Sendable {
    package static let fleet = FleetID(unchecked: "fleet-1")
    package static let t4 = Message.t4

    package let chronicle = Chronicle()
    package let time = TestTime()
    package let simulation: Simulation
    package let chance: SeededChance
    package let ledger: InMemoryLedger
    /// The workers' way to the ledger.
    package let counts: CountingLedger
    package let volumes: InMemoryVolumes
    package let pods: FakePodHost
    package let keys: FakeKeys
    package let storage: FakeStorage
    package let ssh: FakeSSH
    package let events: RecordingEvents
    package let checkpoints = TestCheckpoints()
    package let journal: QuietJournal
    package let settings: WorkerSettings
    package let policy: JanitorPolicy

    /// A fleet with two nodes of four GPUs.
    ///
    /// - Parameters:
    ///   - seed: draws the order of jobs; nil: first come, first served.
    ///   - settings: the workers'.
    ///   - policy: the janitor's.
    package init(
        seed: UInt64? = nil,
        settings: WorkerSettings = WorkerSettings(),
        policy: JanitorPolicy = World.hasty
    ) {
        self.settings = settings
        self.policy = policy
        simulation = Simulation(time: time, seed: seed)
        chance = SeededChance(seed: seed ?? 1)
        ledger = InMemoryLedger(fleet: Self.fleet, chronicle: chronicle)
        counts = CountingLedger(ledger)
        volumes = InMemoryVolumes(time: time, chronicle: chronicle)
        pods = FakePodHost(time: time, volumes: volumes, chronicle: chronicle)
        keys = FakeKeys(time: time, chronicle: chronicle)
        storage = FakeStorage(time: time, chronicle: chronicle)
        ssh = FakeSSH(chronicle: chronicle)
        events = RecordingEvents(chronicle: chronicle)
        journal = QuietJournal(chronicle: chronicle)
        pods.setNodes([Self.node("node-1"), Self.node("node-2")])
    }

    /// Without a quarantine: most tests are about what comes before or after it.
    package static var hasty: JanitorPolicy {
        var policy = JanitorPolicy()
        policy.quarantine = .zero
        return policy
    }

    package static func node(
        _ name: String,
        gpus: Int = 4,
        isReady: Bool = true,
        zone: String = "zone-a"
    ) -> NodeSighting {
        NodeSighting(name: name, gpuType: t4, zone: zone, isReady: isReady, allocatable: gpus, held: [])
    }

    package static var rules: RequestRules {
        RequestRules(types: [t4: 4, GPUType(unchecked: "h100"): 8, GPUType(unchecked: "cpu-x86"): 0])
    }

    package var ports: WorkerPorts {
        WorkerPorts(
            ledger: counts,
            roster: counts,
            register: ledger,
            volumes: volumes,
            sharedStorage: storage,
            keys: keys,
            pods: pods,
            ssh: ssh,
            events: events,
            time: time,
            chance: chance,
            checkpoints: checkpoints,
            journal: journal
        )
    }

    package func janitor(fleet: FleetID = World.fleet) -> Janitor {
        let ports = JanitorPorts(
            ledger: ledger,
            cleanups: ledger,
            register: ledger,
            volumes: volumes,
            pods: pods,
            events: events,
            time: time,
            chance: chance,
            checkpoints: checkpoints,
            journal: journal
        )
        return Janitor(ports: ports, policy: policy, fleet: fleet)
    }

    /// Runs a test's story in this world's own time.
    package func run(
        within limit: Duration = .seconds(7 * 24 * 3600),
        _ story: @escaping @Sendable () async throws -> Void
    ) async throws {
        do {
            try await simulation.run(within: limit, story)
        } catch let stuck as Simulation.Stuck {
            throw Surprise("\(stuck)\n" + tail)
        }
    }

    /// The last that happened, for a failed test's message.
    package var tail: String { chronicle.all.suffix(25).joined(separator: "\n") }

    /// A worker that joined and runs.
    package func worker(_ name: String = "worker-1") async throws -> TestWorker {
        let worker = TestWorker(name, self)
        try await worker.start()
        return worker
    }

    /// A janitor that runs until the test is over.
    package func startJanitor(life: Life = Life()) {
        let janitor = janitor()
        let events = events
        let time = time
        simulation.start { await Life.$current.withValue(life) { await janitor.run() } }
        simulation.start {
            // What Kafka would bring to it.
            var heard = 0
            while !Task.isCancelled {
                let all = events.orphans
                await Life.$current.withValue(life) {
                    for report in all[heard...] { _ = try? await janitor.accept(report) }
                }
                heard = all.count
                do { try await time.sleep(for: .seconds(1)) } catch { return }
            }
        }
    }

    /// Waits in this world's time until something holds.
    package func until(
        _ what: String,
        within limit: Duration = .seconds(3600),
        _ holds: @Sendable () -> Bool
    ) async throws {
        let deadline = time.monotonic() + limit
        while !holds() {
            guard time.monotonic() < deadline else { throw Surprise("never: \(what)\n\(tail)") }
            try await time.sleep(for: .milliseconds(100))
        }
    }

    package func until(
        _ id: ReservationID,
        is statuses: Status...,
        within limit: Duration = .seconds(3600)
    ) async throws {
        try await until("\(id.short) is \(statuses)", within: limit) { [ledger] in
            ledger.peek(id).map { statuses.contains($0.status) } ?? false
        }
    }
}

/// What a test didn't expect, with what happened before.
package struct Surprise: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
