import Foundation

/// When to fetch, who waits, and until when credentials are taken as good: no I/O, no clock.
struct RefreshState {
    enum Decision: Sendable {
        case use(Credentials)
        /// The caller fetches; with a fallback, that serves if it can't.
        case fetch(fallback: Credentials?)
        case wait
    }

    /// What a fetch came to, for those who waited.
    enum News: Sendable {
        case fetched(Credentials)
        case failed(CredentialError)
        case lookAgain
        case cancelled
    }

    typealias Waiter = CheckedContinuation<News, Never>

    static let advisorySeconds: TimeInterval = 15 * 60
    static let mandatorySeconds: TimeInterval = 10 * 60
    /// Between tries that may fail, so that a source that is down isn't asked at every call.
    static let advisoryPause = Duration.seconds(30)

    private var current: Credentials?
    /// Their own end, or a later one if they are kept on.
    private var end: Date?
    private var isFetching = false
    private var lastTry: Duration?
    private var waiters: [Int: Waiter] = [:]
    private var lastTicket = 0

    mutating func decide(at now: Date, elapsed: Duration) -> Decision {
        guard let current else { return begin(fallback: nil, elapsed) ?? .wait }
        let left = end.map { $0.timeIntervalSince(now) } ?? .infinity
        if left > Self.advisorySeconds { return .use(current) }
        if left <= Self.mandatorySeconds { return begin(fallback: nil, elapsed) ?? .wait }
        if let lastTry, elapsed - lastTry < Self.advisoryPause { return .use(current) }
        return begin(fallback: current, elapsed) ?? .use(current)
    }

    private mutating func begin(fallback: Credentials?, _ elapsed: Duration) -> Decision? {
        guard !isFetching else { return nil }
        isFetching = true
        lastTry = elapsed
        return .fetch(fallback: fallback)
    }

    /// Takes what was fetched; what is over already is refused, unless it is an instance's.
    mutating func keep(_ fresh: Credentials, at now: Date, fraction: Double) throws(CredentialError)
        -> Credentials
    {
        let left = fresh.expiration.map { $0.timeIntervalSince(now) } ?? .infinity
        if fresh.source == .instanceMetadata, left <= Self.extension(fraction) {
            current = fresh
            end = now.addingTimeInterval(Self.extension(fraction))
            return fresh
        }
        guard left > 0 else {
            throw CredentialError(.unavailable, "the credentials fetched have expired already")
        }
        current = fresh
        end = fresh.expiration
        return fresh
    }

    /// Keeps an instance's credentials on for 12 to 20 minutes; nil for others.
    mutating func extend(at now: Date, fraction: Double) -> Credentials? {
        guard let current, current.source == .instanceMetadata else { return nil }
        end = max(end ?? now, now.addingTimeInterval(Self.extension(fraction)))
        return current
    }

    private static func `extension`(_ fraction: Double) -> TimeInterval {
        mandatorySeconds + 120 + 480 * min(max(fraction, 0), 1)
    }

    mutating func reject(_ credentials: Credentials) {
        guard current == credentials else { return }
        current = nil
        end = nil
    }

    mutating func nextTicket() -> Int {
        lastTicket += 1
        return lastTicket
    }

    /// False if there is nothing to wait for any more.
    mutating func add(_ waiter: Waiter, ticket: Int, isCancelled: Bool) -> Bool {
        guard isFetching, !isCancelled else { return false }
        waiters[ticket] = waiter
        return true
    }

    mutating func remove(_ ticket: Int) -> Waiter? {
        waiters.removeValue(forKey: ticket)
    }

    mutating func finish() -> [Waiter] {
        defer { waiters = [:] }
        isFetching = false
        return Array(waiters.values)
    }
}
