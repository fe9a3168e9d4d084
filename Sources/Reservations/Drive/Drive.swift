import Synchronization

/// Loop 2: runs the pipeline of each row that this worker owns.
package final class Drive: Sendable {
    private struct State {
        var interrupts: [ReservationID: Interrupt] = [:]
        var isStopping = false
    }

    private let context: DriveContext
    private let state = Mutex(State())
    private let jobs: AsyncStream<Reservation>
    private let queue: AsyncStream<Reservation>.Continuation
    private let halt = Interrupt()

    package init(context: DriveContext) {
        self.context = context
        // A row that finds no place here is found again by loop 3, which reads this worker's own rows.
        (jobs, queue) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(context.settings.maxInFlight * 2)
        )
    }

    package var inFlight: Int { state.withLock { $0.interrupts.count } }

    package var isFull: Bool { inFlight >= context.settings.maxInFlight }

    /// Starts to drive a row that this worker owns, or wakes the driver that it already has.
    package func take(_ row: Reservation) {
        let known = state.withLock { state in
            if let interrupt = state.interrupts[row.id] { return Optional(interrupt) }
            if !state.isStopping { state.interrupts[row.id] = Interrupt() }
            return nil
        }
        if let known { return known.raise(ifNewer: row.version) }
        guard case .enqueued = queue.yield(row) else {
            return state.withLock { $0.interrupts[row.id] = nil }
        }
    }

    /// The row has this version now: whoever waits for it and knows a lower one looks again.
    package func interrupt(_ id: ReservationID, version: Int) {
        state.withLock { $0.interrupts[id] }?.raise(ifNewer: version)
    }

    /// The row is to end: whoever drives it and doesn't know it yet looks again.
    package func interruptUnlessEnding(_ id: ReservationID) {
        state.withLock { $0.interrupts[id] }?.raiseUnlessEnding()
    }

    package func isDriving(_ id: ReservationID) -> Bool {
        state.withLock { $0.interrupts[id] != nil }
    }

    /// Lets effects in flight answer and be written, and goes no further with any row.
    package func stop() {
        let interrupts = state.withLock { state in
            state.isStopping = true
            return Array(state.interrupts.values)
        }
        queue.finish()
        for interrupt in interrupts { interrupt.raise() }
        halt.raise()
    }

    /// Returns once ``stop()`` was called.
    func stopped() async {
        await halt.raised()
    }

    /// Drives until stopped.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for await row in jobs {
                guard let interrupt = state.withLock({ $0.interrupts[row.id] }) else { continue }
                group.addTask {
                    let driver = Driver(id: row.id, context: self.context, interrupt: interrupt)
                    await driver.run(from: row) { self.state.withLock(\.isStopping) }
                    self.state.withLock { $0.interrupts[row.id] = nil }
                }
            }
        }
    }
}
