extension KubernetesTime {
    private enum Outcome<Value: Sendable, Failure: Error>: Sendable {
        case ended(Result<Value, Failure>)
        case late
        case interrupted
    }

    /// Runs a body for no longer than a limit.
    ///
    /// - Parameters:
    ///   - limit: of the monotone clock.
    ///   - body: is cancelled at the limit, and awaited: it must answer to cancellation.
    /// - Returns: what the body came to; nil when the limit came first. A success that arrives while the body is
    ///   being cancelled still counts, since it may be the only copy of what it holds.
    func limited<Value: Sendable, Failure: Error>(
        to limit: Duration,
        _ body: @escaping @Sendable () async throws(Failure) -> Value
    ) async -> Result<Value, Failure>? {
        guard limit > .zero else { return nil }
        let sleep = sleep
        return await withTaskGroup(of: Outcome<Value, Failure>.self) { group in
            group.addTask {
                do throws(Failure) {
                    return .ended(.success(try await body()))
                } catch {
                    return .ended(.failure(error))
                }
            }
            group.addTask {
                do {
                    try await sleep(limit)
                    return .late
                } catch {
                    return .interrupted
                }
            }
            var late = false
            while let outcome = await group.next() {
                switch outcome {
                case .ended(.failure) where late: return nil
                case .ended(let result):
                    group.cancelAll()
                    return result
                case .late:
                    late = true
                    group.cancelAll()
                case .interrupted: continue
                }
            }
            return nil
        }
    }
}
