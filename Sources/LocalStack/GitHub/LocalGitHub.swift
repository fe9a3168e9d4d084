import Foundation
import Synchronization

/// The one thing of GitHub that the fleet asks for: `GET /<login>.keys`.
package final class LocalGitHub: LocalService {
    package struct Settings: Sendable, Hashable, Codable {
        /// How long an answer takes in the real service; the stack's scale stretches it.
        package var latency = Latency(median: .milliseconds(600), p99: .seconds(2))
        package var throttling: TokenBucket.Limits?

        package init() {}
    }

    package let name = "github"
    /// More users than this are refused.
    package static let maxUsers = 10_000

    private struct State {
        var settings: Settings
        var generator: SeededGenerator
        var bucket: TokenBucket?
        /// By login in lower case, as GitHub compares them.
        var users: [String: [String]] = [:]
    }

    private let time: StackTime
    private let faults: FaultPlan
    private let state: Mutex<State>

    package init(
        time: StackTime,
        faults: FaultPlan,
        settings: Settings = Settings(),
        users: [String: [String]] = [:],
        seed: UInt64 = 1
    ) {
        self.time = time
        self.faults = faults
        let known = Dictionary(users.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
        state = Mutex(State(settings: settings, generator: SeededGenerator(seed: seed), users: known))
    }

    /// Sets what a user's `.keys` answers; nil makes the user unknown.
    ///
    /// - Returns: false if there are too many users already.
    @discardableResult
    package func setKeys(_ keys: [String]?, of login: String) -> Bool {
        state.withLock { state in
            let login = login.lowercased()
            guard keys == nil || state.users[login] != nil || state.users.count < Self.maxUsers else {
                return false
            }
            state.users[login] = keys
            return true
        }
    }

    package var users: [String: [String]] { state.withLock(\.users) }

    package func handle(_ request: LocalRequest) async -> LocalResponse {
        await faults.strike(
            service: name,
            operation: "keys",
            request: request,
            render: { _, status, message in
                Self.text(status: status, message, retryAfter: status == 429 ? "60" : nil)
            },
            effect: { await answer(request) }
        )
    }

    /// Nothing happens without a request: waits until cancelled.
    package func run() async throws {
        for await _ in AsyncStream<Never>.makeStream().stream {}
    }

    private func answer(_ request: LocalRequest) async -> LocalResponse {
        let (response, latency) = state.withLock { state in
            let latency = time.scaled(state.settings.latency.draw(using: &state.generator))
            return (respond(to: request, &state), latency)
        }
        // A client that gave up has no use for the rest of the wait.
        try? await time.sleep(for: latency)
        return response
    }

    private func respond(to request: LocalRequest, _ state: inout State) -> LocalResponse {
        if let limits = state.settings.throttling {
            var bucket = state.bucket ?? TokenBucket(limits, at: time.elapsed())
            let isAdmitted = bucket.take(at: time.elapsed(), scale: time.scale)
            state.bucket = bucket
            guard isAdmitted else { return Self.text(status: 429, "Too Many Requests", retryAfter: "60") }
        }
        guard request.method == "GET", let file = request.segments.first, request.segments.count == 1,
            file.hasSuffix(".keys"), let keys = state.users[file.dropLast(".keys".count).lowercased()]
        else {
            return Self.text(status: 404, "Not Found")
        }
        return Self.text(status: 200, keys.map { $0 + "\n" }.joined())
    }

    private static func text(status: Int, _ text: String, retryAfter: String? = nil) -> LocalResponse {
        var headers = [(name: "Content-Type", value: "text/plain; charset=utf-8")]
        if let retryAfter { headers.append(("Retry-After", retryAfter)) }
        return LocalResponse(status: status, headers: headers, body: .data(Data(text.utf8)))
    }
}

extension LocalGitHub: Adjustable, Inspectable {
    package var settings: Settings { state.withLock(\.settings) }

    package func adopt(_ settings: Settings) {
        state.withLock { state in
            state.settings = settings
            state.bucket = nil
        }
    }

    package func counts() async -> [String: Int] { ["GitHub users": users.count] }

    package func inventory() async throws -> [String: JSONValue] {
        ["github": try JSONValue(encoding: users)]
    }
}
