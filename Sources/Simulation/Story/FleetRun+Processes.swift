import Foundation
import Reservations
import Synchronization

/// A worker's process.
struct WorkerProcess: Sendable {
    let machine: Machine
    let worker: Worker
    let time: MachineTime
}

/// A janitor's process.
struct JanitorProcess: Sendable {
    let machine: Machine
    let janitor: Janitor
}

extension FleetRun {
    private func machine(_ kind: String, _ place: Int) -> Machine {
        let start = state.withLock { state in
            state.starts += 1
            return state.starts
        }
        return simulation.machine("\(kind)-\(place + 1).\(start)")
    }

    private func clock() -> MachineTime {
        let skew = plan.hasSkew && network.below(2) == 0 ? Double(network.below(7_200) - 3_600) : 0
        return MachineTime(
            time,
            origin: .seconds(network.below(100_000)),
            skew: skew + network.fraction() - 0.5,
            serviceSkew: network.fraction() - 0.5
        )
    }

    func startWorker(at place: Int) {
        let machine = machine("worker", place)
        let time = clock()
        let worker = Worker(
            id: WorkerID(unchecked: machine.name),
            fleet: Self.fleet,
            ports: ports(of: machine, time),
            settings: Self.settings,
            rules: RequestRules(types: [Message.t4: 4])
        )
        let process = WorkerProcess(machine: machine, worker: worker, time: time)
        state.withLock { $0.workers[place] = process }
        chronicle.add("* \(machine.name) starts")
        simulation.start(on: machine) { [self] in
            await run(process)
            exited(process, place)
        }
    }

    private func run(_ process: WorkerProcess) async {
        while (try? await process.worker.join(host: "host", softwareVersion: "0")) == nil {
            _ = try? await time.sleep(for: .seconds(1))
        }
        let consumer = Consumer(
            name: process.machine.name,
            worker: process.worker,
            broker: broker,
            network: network,
            machine: process.machine
        ) { [weak self] record, outcome in self?.handled(record, outcome) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await process.worker.run() }
            group.addTask { await consumer.run() }
            group.addTask { [self] in await listen(process.worker) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Hints, some of which never come.
    private func listen(_ worker: Worker) async {
        var (heard, hints, deaths) = (events.events.count, events.hints.count, events.deaths.count)
        while (try? await time.sleep(for: .milliseconds(200 + network.below(2_000)))) != nil {
            let all = events.events
            for event in all[heard...] where event.status == .cancelling && network.below(4) > 0 {
                worker.interrupt(event.reservation, version: event.version)
            }
            heard = all.count
            if events.hints.count > hints, network.below(4) > 0 { worker.capacityFreed() }
            hints = events.hints.count
            let dead = events.deaths
            for one in dead[deaths...] where network.below(4) > 0 { worker.died(one) }
            deaths = dead.count
        }
    }

    private func exited(_ process: WorkerProcess, _ place: Int) {
        chronicle.add("* \(process.machine.name) ends by itself")
        // It owes nothing more: a process that has ended runs no code.
        process.machine.crash()
        startLater { [weak self] in self?.startWorker(at: place) }
    }

    func startLater(_ start: @escaping @Sendable () -> Void) {
        let wait = Duration.milliseconds(500 + network.below(8_000))
        time.after(wait) { [weak self] in
            if self?.state.withLock({ $0.isOver }) == false { start() }
        }
    }

    func startJanitor(at place: Int) {
        let machine = machine("janitor", place)
        let ledger = DistantLedger(ledger, over: network, from: machine)
        let ports = JanitorPorts(
            ledger: ledger,
            cleanups: ledger,
            register: ledger,
            volumes: DistantVolumes(volumes, over: network, from: machine),
            pods: DistantPods(pods, over: network, from: machine),
            events: DistantEvents(base: events, network: network, machine: machine),
            time: clock(),
            chance: SeededChance(seed: plan.seed &+ UInt64(network.below(1_000_000))),
            checkpoints: NoCheckpoints(),
            journal: StoryJournal(name: machine.name, chronicle: chronicle)
        )
        let janitor = Janitor(ports: ports, policy: Self.policy, fleet: Self.fleet)
        let process = JanitorProcess(machine: machine, janitor: janitor)
        state.withLock { $0.janitors[place] = process }
        chronicle.add("* \(machine.name) starts")
        simulation.start(on: machine) { await janitor.run() }
        simulation.start(on: machine) { [self] in await hearOrphans(janitor) }
        simulation.start(on: machine) { [self] in
            while (try? await time.sleep(for: .seconds(60 + network.below(120)))) != nil {
                _ = try? await janitor.sweep(within: .seconds(20))
            }
        }
    }

    private func hearOrphans(_ janitor: Janitor) async {
        while (try? await time.sleep(for: .milliseconds(500 + network.below(1_500)))) != nil {
            let all = events.orphans
            let from = state.withLock(\.heardOrphans)
            for (index, report) in all.enumerated().dropFirst(from) {
                guard (try? await janitor.accept(report)) != nil else { break }
                state.withLock { $0.heardOrphans = max($0.heardOrphans, index + 1) }
            }
        }
    }

    private func ports(of machine: Machine, _ time: MachineTime) -> WorkerPorts {
        let ledger = DistantLedger(ledger, over: network, from: machine)
        let setup = DistantSetup(network: network, machine: machine, storage: storage)
        return WorkerPorts(
            ledger: ledger,
            roster: ledger,
            register: ledger,
            volumes: DistantVolumes(volumes, over: network, from: machine),
            sharedStorage: setup,
            keys: setup,
            pods: DistantPods(pods, over: network, from: machine),
            ssh: setup,
            events: DistantEvents(base: events, network: network, machine: machine),
            time: time,
            chance: SeededChance(seed: plan.seed &+ UInt64(network.below(1_000_000))),
            checkpoints: checkpoints,
            journal: StoryJournal(name: machine.name, chronicle: chronicle)
        )
    }

    static let settings = WorkerSettings()

    static var policy: JanitorPolicy {
        var policy = JanitorPolicy()
        policy.grace = .seconds(60)
        policy.lossAfter = .seconds(120)
        policy.quarantine = .seconds(60)
        policy.dueInterval = .seconds(1)
        return policy
    }
}

/// What the code says of itself, in the run's log.
struct StoryJournal: Journal {
    let name: String
    let chronicle: Chronicle

    func note(_ message: String, _ details: [String: String]) { tell("\(name): \(message)", details) }

    func warn(_ message: String, _ details: [String: String]) { tell("\(name): \(message)", details) }

    func alert(_ message: String, _ details: [String: String]) { tell("\(name): ALERT \(message)", details) }

    private func tell(_ message: String, _ details: [String: String]) {
        let more = details.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        chronicle.add("\(message) \(more)")
    }
}
