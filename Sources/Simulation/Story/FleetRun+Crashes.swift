import Reservations
import Synchronization

extension FleetRun {
    /// Ends a worker's process, as soon as the code that runs suspends.
    package func killWorker(_ place: Int) {
        guard let process = state.withLock({ $0.workers[place] }) else { return }
        guard process.machine.condition != .crashed else { return }
        process.machine.crash()
        bury(process.machine)
    }

    func killJanitor(_ place: Int) {
        guard let process = state.withLock({ $0.janitors[place] }) else { return }
        guard process.machine.condition != .crashed else { return }
        process.machine.crash()
        bury(process.machine)
    }

    /// A machine has crashed: another takes its place.
    private func bury(_ machine: Machine) {
        chronicle.add("* \(machine.name) crashes")
        audit.killed(machine)
        let place = state.withLock { state in
            (
                worker: state.workers.first { $0.value.machine === machine }?.key,
                janitor: state.janitors.first { $0.value.machine === machine }?.key
            )
        }
        if let worker = place.worker { startLater { [weak self] in self?.startWorker(at: worker) } }
        if let janitor = place.janitor { startLater { [weak self] in self?.startJanitor(at: janitor) } }
    }

    func pause(_ machine: Machine, _ seconds: Int) {
        guard machine.condition == .running else { return }
        chronicle.add("* \(machine.name) sleeps for \(seconds) s")
        audit.troubled(machine.name, until: time.monotonic() + .seconds(seconds + 60))
        machine.pause()
        time.after(.seconds(seconds)) { [weak self] in
            guard machine.condition == .paused else { return }
            self?.chronicle.add("* \(machine.name) wakes")
            machine.wake()
        }
    }

    /// Whether a machine ends just before one of its jobs.
    func isEndedBefore(_ job: UnownedJob, of machine: Machine) -> Bool {
        guard machine.name != "world" else { return false }
        let isEnded = state.withLock { state in
            guard let left = state.jobTraps[machine.name] else { return false }
            state.jobTraps[machine.name] = left > 1 ? left - 1 : nil
            return left <= 1
        }
        points.passed(job, crashing: isEnded)
        if isEnded { bury(machine) }
        return isEnded
    }

    /// A call is sent or answered: perhaps that was its machine's last deed, or its last for a while.
    func spring(_ call: Call, _ point: Call.Point) {
        let trap = state.withLock { state -> Trap? in
            guard var trap = state.traps[call.machine.name], trap.isSent == (point == .sent) else {
                return nil
            }
            trap.calls -= 1
            guard trap.calls <= 0 else {
                state.traps[call.machine.name] = trap
                return nil
            }
            state.traps[call.machine.name] = nil
            return trap
        }
        guard let trap else { return }
        chronicle.add("* \(call.machine.name), as \(call.deed) is \(point == .sent ? "sent" : "answered"):")
        if let seconds = trap.sleep { return pause(call.machine, seconds) }
        guard call.machine.condition != .crashed else { return }
        call.machine.crash()
        bury(call.machine)
    }
}
