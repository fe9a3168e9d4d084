package import Reservations

/// The public keys that GitHub shows of a user.
package struct GitHubKeys: KeySource {
    private static let firstWait: Duration = .milliseconds(500)
    /// The longest wait between two tries; a server that asks for more patience has none of ours.
    private static let longestWait: Duration = .seconds(5)
    /// More than anybody has; an `authorized_keys` must stay within a secret's size.
    private static let mostKeys = 500

    private let baseURL: String
    private let deadline: Duration
    private let budget: Duration
    private let fetcher: any KeyFetching
    private let time: any Timepiece
    private let chance: any Chance

    /// Keys from `<baseURL>/<login>.keys`.
    ///
    /// - Parameters:
    ///   - settings: base URL and the time for one answer.
    ///   - budget: of all tries together.
    ///   - fetcher: does the requests.
    ///   - time: measures and waits.
    ///   - chance: spreads the waits.
    package init(
        settings: GitHubSettings,
        budget: Duration = .seconds(30),
        fetcher: any KeyFetching,
        time: any Timepiece,
        chance: any Chance
    ) {
        self.init(
            baseURL: settings.baseURL,
            deadline: settings.deadline,
            budget: budget,
            fetcher: fetcher,
            time: time,
            chance: chance
        )
    }

    init(
        baseURL: String,
        deadline: Duration,
        budget: Duration,
        fetcher: any KeyFetching,
        time: any Timepiece,
        chance: any Chance
    ) {
        self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        self.deadline = deadline
        self.budget = budget
        self.fetcher = fetcher
        self.time = time
        self.chance = chance
    }

    package func keys(of login: GitHubLogin) async throws(KeyError) -> [PublicKey] {
        let end = time.monotonic() + budget
        var failures = 0
        while true {
            let left = end - time.monotonic()
            let failure: Failure
            switch await attempt(login, within: min(deadline, left)) {
            case .answer(let answer) where answer.status == 200: return try read(answer, of: login)
            case .answer(let answer) where answer.status == 404: throw .noSuchUser(login)
            case .answer(let answer): failure = Failure(answer)
            case .none(let reason): failure = Failure(reason: reason, isPassing: true, wait: nil)
            }
            failures += 1
            let spread = 0.5 + chance.fraction() / 2
            let doubled = Self.firstWait * (1 << min(failures - 1, 10)) * spread
            let wait = failure.wait ?? min(doubled, Self.longestWait)
            let isWorthWaiting = wait <= Self.longestWait && time.monotonic() + wait < end
            guard failure.isPassing, isWorthWaiting else { throw .noAnswer(failure.reason) }
            do {
                try await time.sleep(for: wait)
            } catch {
                throw .noAnswer("given up: \(failure.reason)")
            }
        }
    }

    private enum Attempt {
        case answer(KeyAnswer)
        case none(String)
    }

    private struct Failure {
        let reason: String
        let isPassing: Bool
        let wait: Duration?

        init(reason: String, isPassing: Bool, wait: Duration?) {
            self.reason = reason
            self.isPassing = isPassing
            self.wait = wait
        }

        /// 429 and the 500s pass; so does a timeout that the server itself reports.
        init(_ answer: KeyAnswer) {
            let passes = answer.status == 429 || answer.status == 408 || answer.status >= 500
            self.init(reason: "HTTP \(answer.status)", isPassing: passes, wait: answer.retryAfter)
        }
    }

    private func attempt(_ login: GitHubLogin, within limit: Duration) async -> Attempt {
        guard limit > .zero else { return .none("no time is left") }
        do {
            return .answer(try await fetcher.fetch("\(baseURL)/\(login.rawValue).keys", within: limit))
        } catch {
            return .none(String("\(error)".prefix(200)))
        }
    }

    private func read(_ answer: KeyAnswer, of login: GitHubLogin) throws(KeyError) -> [PublicKey] {
        var seen: Set<PublicKey> = []
        let text = String(decoding: answer.body, as: UTF8.self)
        // A proxy's page says nothing about the user.
        if text.first(where: { !$0.isWhitespace }) == "<" { throw .noAnswer("a page came instead of keys") }
        let keys =
            text
            .split(whereSeparator: \.isNewline)
            .compactMap { PublicKey(line: $0) }
            .filter { seen.insert($0).inserted }
        guard !keys.isEmpty else { throw .noKeys(login) }
        return Array(keys.prefix(Self.mostKeys))
    }
}
