import Reservations
import Simulation
import Synchronization
import Testing

@Suite("A crash is a real one") struct CrashTests {
    private let simulation = Simulation(time: TestTime(), seed: 1)

    @Test func `none of a crashed machine's code runs again, not even a defer`() async throws {
        let machine = simulation.machine("one")
        let ran = Marks()
        let time = simulation.time
        try await simulation.run {
            simulation.start(on: machine) {
                ran.add("begun")
                defer { ran.add("defer") }
                _ = try? await time.sleep(for: .seconds(10))
                ran.add("woken")
            }
            try await time.sleep(for: .seconds(5))
            machine.crash()
            try await time.sleep(for: .seconds(60))
        }
        #expect(ran.all == ["begun"])
    }

    @Test func `without a crash the same code comes to its end`() async throws {
        let machine = simulation.machine("one")
        let ran = Marks()
        let time = simulation.time
        try await simulation.run {
            simulation.start(on: machine) {
                defer { ran.add("defer") }
                _ = try? await time.sleep(for: .seconds(10))
            }
            try await time.sleep(for: .seconds(60))
        }
        #expect(ran.all == ["defer"])
    }

    @Test func `a paused machine goes on where it was`() async throws {
        let machine = simulation.machine("one")
        let ran = Marks()
        let time = simulation.time
        try await simulation.run {
            simulation.start(on: machine) {
                _ = try? await time.sleep(for: .seconds(10))
                ran.add("woken")
            }
            try await time.sleep(for: .seconds(5))
            machine.pause()
            try await time.sleep(for: .seconds(60))
            #expect(ran.all.isEmpty)
            machine.wake()
            try await time.sleep(for: .seconds(1))
        }
        #expect(ran.all == ["woken"])
    }

    /// In the pipeline itself: its worker ends while it waits at a checkpoint.
    @Test func `a defer in the pipeline of a crashed worker doesn't run`() async throws {
        let marks = Marks()
        let planted = Planted(marks: marks)
        let run = FleetRun(Plan.single, checkpoints: planted)
        planted.set(run)
        let report = run.run()
        #expect(report.violations.isEmpty)
        #expect(marks.all.contains("reached"))
        #expect(marks.all.count { $0 == "reached" } == marks.all.count { $0 == "left" } + 1)
    }
}

/// What ran, in order.
final class Marks: Sendable {
    private let marks = Mutex<[String]>([])

    var all: [String] { marks.withLock { $0 } }

    func add(_ mark: String) { marks.withLock { $0.append(mark) } }
}

/// Ends the worker that first comes to where its volume was made, while it is there.
final class Planted: Checkpoints {
    private let marks: Marks
    private let run = Mutex<FleetRun?>(nil)

    init(marks: Marks) { self.marks = marks }

    func set(_ run: FleetRun) { self.run.withLock { $0 = run } }

    func reached(_ point: Checkpoint) async {
        guard point == .volumeCreated else { return }
        marks.add("reached")
        defer { marks.add("left") }
        if marks.all.count == 1 { run.withLock { $0 }?.killWorker(0) }
        await Task.yield()
    }
}

extension Plan {
    /// One request, one worker, fair weather.
    static var single: Plan {
        var plan = Plan(seed: 1)
        plan.workers = 1
        plan.janitors = 1
        plan.partitions = 1
        plan.isStormy = false
        plan.hasSkew = false
        plan.events = [Event(.seconds(1), .request(1, user: 0, gpus: 1, disk: 0, minutes: 5))]
        return plan
    }
}
