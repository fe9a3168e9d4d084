/// What was waited for didn't happen in time.
struct NotInTime: Error, CustomStringConvertible {
    let description: String
}

/// Looks again and again until there is something to return.
///
/// Real processes tell nobody when they are done, so this one place polls; it never waits longer than `limit`.
///
/// - Throws: ``NotInTime``, or what `look` throws.
func until<Value>(
    _ what: @autoclosure () -> String,
    within limit: Duration = .seconds(40),
    every interval: Duration = .milliseconds(150),
    _ look: () async throws -> Value?
) async throws -> Value {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while true {
        if let value = try await look() { return value }
        guard clock.now < deadline else { throw NotInTime(description: "not within \(limit): \(what())") }
        try await clock.sleep(for: interval)
    }
}

/// Lets something take at most so long.
///
/// - Throws: ``NotInTime``, or what `work` throws.
func within<Value: Sendable>(
    _ limit: Duration,
    _ what: String,
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await ContinuousClock().sleep(for: limit)
            throw NotInTime(description: "not within \(limit): \(what)")
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        return first
    }
}
