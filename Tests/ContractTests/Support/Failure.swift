/// A test's premise that doesn't hold.
struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// The error that a call must end with.
///
/// - Throws: `TestFailure` if it succeeds, or whatever else it throws.
func failure<Failure: Error, Value>(
    _: Failure.Type,
    of call: () async throws -> Value
) async throws -> Failure {
    let value: Value
    do {
        value = try await call()
    } catch let error as Failure {
        return error
    }
    throw TestFailure("it succeeded with \(value)")
}
