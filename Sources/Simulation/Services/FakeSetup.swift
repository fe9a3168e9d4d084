package import Reservations
import Synchronization

/// GitHub's keys, by script.
package final class FakeKeys: KeySource {
    private struct State {
        var results: [GitHubLogin: Result<[PublicKey], KeyError>] = [:]
        var takes: Duration = .seconds(1)
        var calls = 0
    }

    private let time: TestTime
    private let chronicle: Chronicle
    private let state = Mutex(State())

    package init(time: TestTime, chronicle: Chronicle = Chronicle()) {
        self.time = time
        self.chronicle = chronicle
    }

    package var calls: Int { state.withLock(\.calls) }

    package func answer(_ login: GitHubLogin, with result: Result<[PublicKey], KeyError>) {
        state.withLock { $0.results[login] = result }
    }

    package func keys(of login: GitHubLogin) async throws(KeyError) -> [PublicKey] {
        chronicle.add("keys: asked")
        let (takes, result) = state.withLock { state in
            state.calls += 1
            return (state.takes, state.results[login])
        }
        _ = try? await time.sleep(for: takes)
        chronicle.add("keys: answered")
        guard let result else { return Self.someKeys }
        return try result.get()
    }

    package static let someKeys = [
        PublicKey(
            line: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ada"
        )
    ].compactMap(\.self)
}

/// EFS, by script.
package final class FakeStorage: SharedStorage {
    private struct State {
        var result: Result<SharedFileSystem?, SetupError>?
        var takes: Duration = .seconds(2)
    }

    private let time: TestTime
    private let chronicle: Chronicle
    private let state = Mutex(State())

    package init(time: TestTime, chronicle: Chronicle = Chronicle()) {
        self.time = time
        self.chronicle = chronicle
    }

    package func answer(with result: Result<SharedFileSystem?, SetupError>) {
        state.withLock { $0.result = result }
    }

    package func fileSystem(for user: UserID) async throws(SetupError) -> SharedFileSystem? {
        chronicle.add("storage: asked")
        let (takes, result) = state.withLock { ($0.takes, $0.result) }
        _ = try? await time.sleep(for: takes)
        chronicle.add("storage: answered")
        guard let result else { return SharedFileSystem(id: "fs-1", server: "fs-1.example") }
        return try result.get()
    }
}

/// An SSH server that answers after some polls, or with something else.
package final class FakeSSH: SSHProbing {
    private struct State {
        var silentPolls = 1
        var wrong: String?
        var polls = 0
    }

    private let chronicle: Chronicle
    private let state = Mutex(State())

    package init(chronicle: Chronicle = Chronicle()) { self.chronicle = chronicle }

    package var polls: Int { state.withLock(\.polls) }

    package func stayQuiet(for polls: Int) { state.withLock { $0.silentPolls = polls } }

    package func answerWrongly(_ banner: String) { state.withLock { $0.wrong = banner } }

    package func greet(host: String, port: Int) async -> SSHGreeting {
        await Life.pass()
        let greeting = state.withLock { state -> SSHGreeting in
            state.polls += 1
            if let wrong = state.wrong { return .wrong(wrong) }
            guard state.silentPolls <= 0 else {
                state.silentPolls -= 1
                return .notYet("connection refused")
            }
            return .ready(banner: "SSH-2.0-OpenSSH_9.2")
        }
        chronicle.add("ssh: polled")
        await Life.pass()
        return greeting
    }
}
