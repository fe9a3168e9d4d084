/// The time of a test was over.
struct TooLate: Error, CustomStringConvertible {
    let description: String
}

/// Runs the body, but not for longer than that.
func within<Value: Sendable>(
    _ limit: Duration,
    _ what: String,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            // Generous: these limits are there to end a test that hangs, on a machine however busy.
            try await Task.sleep(for: limit * 4)
            throw TooLate(description: "\(what): not within \(limit * 4)")
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw TooLate(description: what) }
        return value
    }
}
