import Synchronization

/// Loop 2: runs the pipeline of each row that this worker owns.
package final class Drive: Sendable {
    private struct State {
        var interrupts: [ReservationID: Interrupt] = [:]
        var isStopping = false
        var isFull = false
    }

    /// Full, it goes on being full until a tenth is free, so that the intake doesn't go to and fro.
    private static let fullUntil = 0.9

    private let context: DriveContext
    private let state = Mutex(State())
    private let jobs: AsyncStream<Reservation>
    private let queue: AsyncStream<Reservation>.Continuation
    private let halt = Interrupt()
    private let fullnessChanges: AsyncStream<Bool>.Continuation
    /// Whether it is full, whenever that changes; only the last word counts, and only one may read.
    package let fullness: AsyncStream<Bool>

    package init(context: DriveContext) {
        self.context = context
        // A row that finds no place here is found again by loop 3, which reads this worker's own rows.
        (jobs, queue) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(context.settings.maxInFlight * 2)
        )
        (fullness, fullnessChanges) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package var inFlight: Int { state.withLock { $0.interrupts.count } }

    package var isFull: Bool { inFlight >= context.settings.maxInFlight }

    /// What is in flight, by id; what waits for its driver is left out.
    package var reservations: [DrivenReservation] {
        let interrupts = state.withLock { Array($0.interrupts.values) }
        return interrupts.compactMap(\.row).sorted { $0.id < $1.id }
    }

    /// Adds or removes what is in flight.
    private func put(_ interrupt: Interrupt?, for id: ReservationID, in state: inout State) {
        state.interrupts[id] = interrupt
        let count = state.interrupts.count
        let limit = context.settings.maxInFlight
        let isFull = state.isFull ? count > Int(Double(limit) * Self.fullUntil) : count >= limit
        guard isFull != state.isFull else { return }
        state.isFull = isFull
        // Told under the lock, so that no older word comes last; nothing that reads it takes this lock.
        fullnessChanges.yield(isFull)
    }

    private func forget(_ id: ReservationID) {
        state.withLock { put(nil, for: id, in: &$0) }
    }

    /// Starts to drive a row that this worker owns, or wakes the driver that it already has.
    package func take(_ row: Reservation) {
        let known = state.withLock { state in
            if let interrupt = state.interrupts[row.id] { return Optional(interrupt) }
            if !state.isStopping { put(Interrupt(), for: row.id, in: &state) }
            return nil
        }
        if let known { return known.raise(ifNewer: row.version) }
        guard case .enqueued = queue.yield(row) else { return forget(row.id) }
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
                    self.forget(row.id)
                }
            }
        }
    }
}
