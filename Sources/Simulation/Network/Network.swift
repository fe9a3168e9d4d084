import Synchronization

/// A call, for the log and for those who watch.
package struct Call: Sendable {
    package let service: Service
    package let deed: String
    package let machine: Machine
}

/// The way between machines and services.
///
/// A call takes effect where the service is, on time of its own: also if its machine crashes meanwhile.
package final class Network: Sendable {
    package let simulation: Simulation
    package let time: TestTime
    let chronicle: Chronicle
    let audit: Audit
    let weather: Mutex<Weather>
    private let watching = Mutex(Watching())

    // In a struct: a closure that is itself the value of a generic lock is wrapped anew at each use.
    private struct Watching {
        var watcher: (@Sendable (Call, Call.Point) -> Void)?
    }

    package init(simulation: Simulation, chronicle: Chronicle, audit: Audit, seed: UInt64) {
        self.audit = audit
        self.simulation = simulation
        time = simulation.time
        self.chronicle = chronicle
        weather = Mutex(Weather(numbers: SeededNumbers(seed: seed ^ 0x5EED)))
    }

    /// Is told of each call as it is sent and as its answer comes in; it may crash or pause the machine.
    func watch(_ watcher: @escaping @Sendable (Call, Call.Point) -> Void) {
        watching.withLock { $0.watcher = watcher }
    }

    func fraction() -> Double { weather.withLock { $0.fraction() } }

    /// A number from 0 up to, but not including, a limit.
    func below(_ limit: Int) -> Int { Int(fraction() * Double(limit)) }

    /// Sends a call and waits for its answer.
    ///
    /// - Parameters:
    ///   - call: who calls what.
    ///   - failure: the error that the caller sees if the way fails, by its words and by whether the call may
    ///     have taken effect.
    ///   - effect: what happens at the service.
    /// - Returns: the service's answer.
    /// - Throws: the service's error, or that of the way.
    func send<Value: Sendable, Failure: Error>(
        _ call: Call,
        orFail failure: @escaping @Sendable (String, Bool) -> Failure,
        _ effect: @escaping @Sendable () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        // Ended or put to sleep by the very job that comes here: it sends nothing more.
        if call.machine.condition != .running { await Task.yield() }
        if Task.isCancelled { throw failure("cancelled", false) }
        let fate = weather.withLock { $0.fate(of: call.service, from: call.machine.name) }
        let exchange = Exchange<Value, Failure>()
        note(call, .sent)
        let result = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                exchange.wait(continuation)
                time.after(fate.there) { self.arrive(call, fate, exchange, failure, effect) }
                if fate.there > fate.patience {
                    time.after(fate.patience) { exchange.answer(.failure(failure("timed out", true))) }
                }
            }
        } onCancel: {
            exchange.answer(.failure(failure("cancelled", true)))
        }
        note(call, .answered)
        return try result.get()
    }

    private func arrive<Value: Sendable, Failure: Error>(
        _ call: Call,
        _ fate: Fate,
        _ exchange: Exchange<Value, Failure>,
        _ failure: @escaping @Sendable (String, Bool) -> Failure,
        _ effect: @escaping @Sendable () async throws(Failure) -> Value
    ) {
        guard !fate.isRefused else { return exchange.answer(.failure(failure("no connection", false))) }
        simulation.perform { [self] in
            let result: Result<Value, Failure>
            do throws(Failure) { result = .success(try await effect()) } catch { result = .failure(error) }
            log(call, result, fate)
            audit.lookAtWrites()
            time.after(fate.back) {
                exchange.answer(fate.isLost ? .failure(failure("the answer got lost", true)) : result)
            }
        }
    }

    private func log<Value, Failure: Error>(_ call: Call, _ result: Result<Value, Failure>, _ fate: Fate) {
        let outcome: String
        switch result {
        case .success: outcome = fate.isLost ? " (its answer gets lost)" : ""
        case .failure(let error): outcome = " refused: \(error)"
        }
        guard call.isTold || !outcome.isEmpty else { return }
        chronicle.add("\(call.machine.name) → \(call.service.rawValue): \(call.deed)\(outcome)")
    }

    private func note(_ call: Call, _ point: Call.Point) {
        watching.withLock(\.watcher)?(call, point)
    }
}

extension Call {
    enum Point: Sendable { case sent, answered }

    /// Looks are left out of the log, or nobody could read it.
    var isTold: Bool { !deed.hasPrefix("look") }
}

/// One answer for one who waits, whichever comes first.
private final class Exchange<Value: Sendable, Failure: Error>: Sendable {
    private enum State {
        case idle
        case waiting(UnsafeContinuation<Result<Value, Failure>, Never>)
        case answered(Result<Value, Failure>)
        case over
    }

    private let state = Mutex(State.idle)

    func wait(_ continuation: UnsafeContinuation<Result<Value, Failure>, Never>) {
        let answer = state.withLock { state -> Result<Value, Failure>? in
            if case .answered(let result) = state {
                state = .over
                return result
            }
            state = .waiting(continuation)
            return nil
        }
        if let answer { continuation.resume(returning: answer) }
    }

    func answer(_ result: Result<Value, Failure>) {
        let waiting = state.withLock { state -> UnsafeContinuation<Result<Value, Failure>, Never>? in
            switch state {
            case .idle:
                state = .answered(result)
                return nil
            case .waiting(let continuation):
                state = .over
                return continuation
            case .answered, .over: return nil
            }
        }
        waiting?.resume(returning: result)
    }
}
