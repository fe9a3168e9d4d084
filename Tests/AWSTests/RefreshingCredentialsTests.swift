import AWS
import Foundation
import Logging
import Synchronization
import Testing

/// With a limit: what shares a fetch wrongly waits for ever.
@Suite(.timeLimit(.minutes(1)))
struct RefreshingCredentialsTests {
    @Test func `credentials are fetched once and kept until fifteen minutes before their end`() async throws {
        let time = TestTime()
        let source = ScriptedCredentials(time, lives: [3_600, 3_600])
        let kept = Self.refreshing(source, time)
        #expect(try await kept.credentials().accessKeyID == "K1")
        time.advance(by: .seconds(2_699))
        #expect(try await kept.credentials().accessKeyID == "K1")
        time.advance(by: .seconds(1))
        #expect(try await kept.credentials().accessKeyID == "K2")
        #expect(source.fetches == 2)
    }

    @Test func `before ten minutes a failure is borne, with a pause; then it isn't`() async throws {
        let time = TestTime()
        let source = ScriptedCredentials(time, lives: [3_600])
        let kept = Self.refreshing(source, time)
        _ = try await kept.credentials()
        time.advance(by: .seconds(2_700))
        #expect(try await kept.credentials().accessKeyID == "K1")
        #expect(try await kept.credentials().accessKeyID == "K1")
        #expect(source.fetches == 2, "a source that is down isn't asked at every call")
        time.advance(by: .seconds(30))
        _ = try await kept.credentials()
        #expect(source.fetches == 3)
        time.advance(by: .seconds(270))
        await #expect(throws: CredentialError.self) { try await kept.credentials() }
        await #expect(throws: CredentialError.self) { try await kept.credentials() }
        #expect(source.fetches == 5)
    }

    @Test func `credentials without an end are never fetched again, unless they are rejected`() async throws {
        let time = TestTime()
        let source = ScriptedCredentials(time, lives: [nil, nil])
        let kept = Self.refreshing(source, time)
        let first = try await kept.credentials()
        time.advance(by: .seconds(1_000_000))
        #expect(try await kept.credentials() == first)
        await kept.reject(Credentials(accessKeyID: "other", secretAccessKey: "s"))
        #expect(try await kept.credentials() == first)
        await kept.reject(first)
        #expect(try await kept.credentials().accessKeyID == "K2")
    }

    @Test func `what is fetched must not be over already`() async throws {
        let time = TestTime()
        let kept = Self.refreshing(ScriptedCredentials(time, lives: [-1]), time)
        await #expect { try await kept.credentials() } throws: { ($0 as? CredentialError)?.retriable == true }
    }

    @Test func `an instance's credentials are used though they are over, and asked for again later`()
        async throws
    {
        let time = TestTime()
        let source = ScriptedCredentials(time, lives: [-60, 3_600], source: .instanceMetadata)
        let kept = Self.refreshing(source, time)
        #expect(try await kept.credentials().accessKeyID == "K1")
        time.advance(by: .seconds(59))
        #expect(try await kept.credentials().accessKeyID == "K1")
        #expect(source.fetches == 1, "kept on for sixteen minutes by this chance")
        time.advance(by: .seconds(1))
        #expect(try await kept.credentials().accessKeyID == "K2")
    }

    @Test func `an instance's credentials are kept on when its metadata service fails`() async throws {
        let time = TestTime()
        let source = ScriptedCredentials(time, lives: [3_600], source: .instanceMetadata)
        let kept = Self.refreshing(source, time)
        _ = try await kept.credentials()
        time.advance(by: .seconds(4_000))
        #expect(try await kept.credentials().accessKeyID == "K1")
        #expect(source.fetches == 2)
        #expect(try await kept.credentials().accessKeyID == "K1")
        #expect(source.fetches == 2)
    }

    @Test func `whoever asks during a fetch shares it`() async throws {
        let time = TestTime()
        let gate = GatedCredentials()
        let kept = Self.refreshing(gate, time)
        let keys = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await kept.credentials().accessKeyID } }
            await gate.arrival()
            gate.open(.success(Credentials(accessKeyID: "K1", secretAccessKey: "s")))
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(keys == ["K1"])
        #expect(gate.fetches == 1)
    }

    @Test func `one who is cancelled in the middle of the fetch does not take the others with him`()
        async throws
    {
        let time = TestTime()
        let gate = GatedCredentials()
        let kept = Self.refreshing(gate, time)
        try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask {
                await withTaskGroup(of: Void.self) { inner in
                    inner.addTask { _ = try? await kept.credentials() }
                    await gate.arrival()
                    inner.cancelAll()
                    gate.open(.failure(CredentialError(.cancelled, "cancelled")))
                }
                return "K1"
            }
            group.addTask {
                await gate.arrival()
                // Either waits for the first fetch and then makes its own, or comes after it.
                return try await kept.credentials().accessKeyID
            }
            await gate.arrivals(2)
            gate.open(.success(Credentials(accessKeyID: "K1", secretAccessKey: "s")))
            for try await key in group { #expect(key == "K1") }
        }
        #expect(gate.fetches == 2)
    }

    private static func refreshing(_ source: any CredentialProvider, _ time: TestTime)
        -> RefreshingCredentials
    {
        RefreshingCredentials(source, time: time.time, logger: Logger(label: "test"))
    }
}

/// Keys K1, K2 … that live so many seconds; fails when the list is over.
private final class ScriptedCredentials: CredentialProvider {
    private let state = Mutex(0)
    private let time: TestTime
    private let lives: [TimeInterval?]
    private let source: Credentials.Source

    init(_ time: TestTime, lives: [TimeInterval?], source: Credentials.Source = .container) {
        self.time = time
        self.lives = lives
        self.source = source
    }

    var fetches: Int { state.withLock { $0 } }

    func credentials() async throws(CredentialError) -> Credentials {
        let number = state.withLock { count in
            count += 1
            return count
        }
        guard number <= lives.count else { throw CredentialError(.unavailable, "down") }
        return Credentials(
            accessKeyID: "K\(number)",
            secretAccessKey: "s",
            expiration: lives[number - 1].map { time.date.addingTimeInterval($0) },
            source: source
        )
    }
}

/// Answers each fetch when it is told to, and says when one has arrived.
private final class GatedCredentials: CredentialProvider {
    private struct State {
        var fetches = 0
        var waiting: CheckedContinuation<Result<Credentials, CredentialError>, Never>?
        var arrivals: [(Int, CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var fetches: Int { state.withLock { $0.fetches } }

    func arrival() async { await arrivals(1) }

    func arrivals(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.fetches >= count { return true }
                state.arrivals.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func open(_ result: Result<Credentials, CredentialError>) {
        let waiting = state.withLock { state in
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: result)
    }

    func credentials() async throws(CredentialError) -> Credentials {
        let result = await withCheckedContinuation { continuation in
            let arrived = state.withLock { state in
                state.fetches += 1
                state.waiting = continuation
                let arrived = state.arrivals.filter { $0.0 <= state.fetches }
                state.arrivals.removeAll { $0.0 <= state.fetches }
                return arrived
            }
            for waiter in arrived { waiter.1.resume() }
        }
        return try result.get()
    }
}
