import Foundation

/// What happened to a call so far, and so what may come next: no I/O, no clock.
struct CallHistory: Sendable {
    enum Step: Sendable {
        /// Wait, if the quota pays the cost.
        case wait(Duration, cost: Int)
        /// Sign with this offset from now on, at once.
        case correctClock(TimeInterval)
        /// Fetch other credentials, at once.
        case renewCredentials(Credentials)
    }

    /// A clock further off than this explains a refused signature; services allow five minutes.
    static let explainingSkew: TimeInterval = 120

    let effect: ServiceCall.Effect
    private(set) var attempts = 0
    var lastPaid = 0
    private var isAmbiguous = false
    private var correctedClock = false
    private var renewedCredentials = false

    init(effect: ServiceCall.Effect) {
        self.effect = effect
    }

    mutating func record(_ failure: AttemptFailure) {
        attempts += 1
        if failure.isAmbiguous { isAmbiguous = true }
    }

    /// What to do before the next attempt; nil if there may be none.
    mutating func next(after failure: AttemptFailure, policy: RetryPolicy, fraction: Double) -> Step? {
        if let step = nextAfterRefusedSignature(failure) { return step }
        guard failure.repeats, attempts < policy.maxAttempts else { return nil }
        if failure.isAmbiguous, effect == .once { return nil }
        return .wait(policy.backoff(afterFailures: attempts, fraction: fraction), cost: failure.repeatCost)
    }

    /// Once for the clock and once for the credentials; neither counts against the policy's attempts.
    private mutating func nextAfterRefusedSignature(_ failure: AttemptFailure) -> Step? {
        guard case .answered(let fault, _) = failure.cause else { return nil }
        guard fault.kind == .signatureRefused || fault.kind == .expired else { return nil }
        if !correctedClock, let skew = failure.skew, abs(skew) > Self.explainingSkew {
            correctedClock = true
            attempts -= 1
            return .correctClock(failure.offset + skew)
        }
        if fault.kind == .expired, !renewedCredentials, let used = failure.used, used.sessionToken != nil {
            renewedCredentials = true
            attempts -= 1
            return .renewCredentials(used)
        }
        return nil
    }

    /// The whole call's failure: an effect that one attempt may have had, the call may have had.
    func failure(_ last: AttemptFailure) -> CallFailure {
        CallFailure(
            cause: last.cause,
            retriable: last.retriable,
            mayHaveTakenEffect: isAmbiguous && effect != .none,
            attempts: attempts
        )
    }

    func cancelled() -> CallFailure {
        CallFailure(
            cause: .fault(.cancelled, "cancelled while waiting to repeat the call"),
            retriable: false,
            mayHaveTakenEffect: isAmbiguous && effect != .none,
            attempts: attempts
        )
    }
}
