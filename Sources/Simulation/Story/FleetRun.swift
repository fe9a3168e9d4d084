import Foundation
package import Reservations
import Synchronization

/// A fleet that lives through a plan: real domain code on machines that crash, sleep and lose their way.
package final class FleetRun: Sendable {
    /// What a run came to.
    package struct Report: Sendable {
        package let plan: Plan
        package let violations: [String]
        package let log: [String]
        package let jobs: Int
        package let duration: Duration
    }

    struct State {
        var workers: [Int: WorkerProcess] = [:]
        var janitors: [Int: JanitorProcess] = [:]
        var starts = 0
        var requests: [Int: ReservationRequest] = [:]
        var refused: [ReservationID: String] = [:]
        /// Reservations that their users wanted ended, and whose cancel a worker took.
        var cancelled: Set<ReservationID> = []
        var heardOrphans = 0
        var traps: [String: Trap] = [:]
        var jobTraps: [String: Int] = [:]
        var isOver = false
    }

    static let fleet = FleetID(unchecked: "fleet-1")

    let plan: Plan
    let time = TestTime()
    let simulation: Simulation
    let chronicle: Chronicle
    let ledger: InMemoryLedger
    let volumes: InMemoryVolumes
    let pods: FakePodHost
    let events: RecordingEvents
    let storage: FakeStorage
    let audit: Audit
    let network: Network
    let broker: Broker
    let points: SuspensionPoints
    let checkpoints: any Checkpoints
    let state = Mutex(State())

    /// A fleet that is about to live through a plan.
    ///
    /// - Parameters:
    ///   - plan: all that happens to it.
    ///   - points: counts the suspension points that its processes come to.
    ///   - checkpoints: the workers'.
    package init(
        _ plan: Plan,
        points: SuspensionPoints = SuspensionPoints(),
        checkpoints: any Checkpoints = NoCheckpoints()
    ) {
        self.plan = plan
        self.checkpoints = checkpoints
        self.points = points
        simulation = Simulation(time: time, seed: plan.seed)
        chronicle = Chronicle { [time] in time.monotonic() }
        ledger = InMemoryLedger(fleet: Self.fleet)
        volumes = InMemoryVolumes(time: time)
        pods = FakePodHost(time: time, volumes: volumes)
        events = RecordingEvents()
        storage = FakeStorage(time: time)
        audit = Audit(
            ledger: ledger,
            volumes: volumes,
            pods: pods,
            events: events,
            chronicle: chronicle,
            fleet: Self.fleet
        )
        network = Network(simulation: simulation, chronicle: chronicle, audit: audit, seed: plan.seed)
        broker = Broker(time: time, partitions: plan.partitions)
        ledger.letIndexesLag()
        network.weather.withLock { $0.isStormy = plan.isStormy }
        pods.setNodes(
            ["node-1", "node-2"].enumerated().map { number, name in
                NodeSighting(
                    name: name,
                    gpuType: Message.t4,
                    zone: number == 0 ? "zone-a" : "zone-b",
                    isReady: true,
                    allocatable: 4,
                    held: []
                )
            }
        )
    }

    /// Lives through the plan, and through the calm after it until nothing is left to do.
    package func run() -> Report {
        network.watch { [weak self] call, point in self?.spring(call, point) }
        simulation.beforeEachJob { [weak self] machine, job in self?.isEndedBefore(job, of: machine) ?? false
        }
        do {
            try simulation.runHere(within: .seconds(6 * 3600)) { try await self.live() }
        } catch {
            audit.violated("the run came to no end: \(error)")
        }
        state.withLock { $0.isOver = true }
        for machine in machines { machine.crash() }
        simulation.beforeEachJob(nil)
        return Report(
            plan: plan,
            violations: audit.violations,
            log: chronicle.all,
            jobs: simulation.steps,
            duration: time.monotonic()
        )
    }

    var machines: [Machine] {
        state.withLock { state in state.workers.values.map(\.machine) + state.janitors.values.map(\.machine) }
    }

    private func live() async throws {
        for place in 0..<plan.workers { startWorker(at: place) }
        for place in 0..<plan.janitors { startJanitor(at: place) }
        simulation.start { [self] in
            var round = 0
            while !Task.isCancelled {
                round += 1
                audit.letPodsWork(round)
                do { try await time.sleep(for: .seconds(1)) } catch { return }
            }
        }
        for event in plan.events {
            let wait = event.at - time.monotonic()
            if wait > .zero { try await time.sleep(for: wait) }
            chronicle.add("* \(event.deed)")
            happen(event.deed)
        }
        try await time.sleep(for: .seconds(45))
        try await calmDown()
    }

    /// No trouble any more: everything must come to its end.
    private func calmDown() async throws {
        chronicle.add("* calm")
        network.weather.withLock { weather in
            weather.isStormy = false
            weather.outages = []
            weather.partitions = [:]
        }
        pods.change { behaviour in
            behaviour.isStuckTerminating = false
            behaviour.isNeverScheduled = false
        }
        state.withLock { state in
            state.traps = [:]
            state.jobTraps = [:]
        }
        for machine in machines { machine.wake() }
        try await time.sleep(for: .seconds(60))
        for (number, request) in state.withLock({ $0.requests }).sorted(by: { $0.key < $1.key })
        where number % 2 == 0 {
            if ledger.peek(request.reservationID)?.status.isTerminal != true { happen(.cancel(number)) }
        }
        let deadline = time.monotonic() + .seconds(5400)
        while let left = unfinished() {
            guard time.monotonic() < deadline else {
                return audit.violated("it never comes to rest: \(left)")
            }
            if ledger.fleetRowNow?.stop != nil, let janitor = state.withLock({ $0.janitors[0] }) {
                chronicle.add("* a person resumes the janitor")
                simulation.start(on: janitor.machine) {
                    _ = try? await janitor.janitor.resume(because: "looked")
                }
            }
            try await time.sleep(for: .seconds(10))
        }
        try await time.sleep(for: .seconds(30))
        lookAtRest()
    }
}
