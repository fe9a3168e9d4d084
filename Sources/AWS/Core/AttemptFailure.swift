import Foundation

/// How one attempt failed, and what that leaves open.
struct AttemptFailure: Sendable {
    var cause: CallFailure.Cause
    /// Whether another attempt may fare better.
    var retriable: Bool
    /// Whether the service may have done what was asked.
    var isAmbiguous: Bool
    /// What a repeat costs of the quota.
    var repeatCost = RetryQuota.repeatCost
    /// Whether to send again at all, if the policy allows.
    var repeats: Bool
    /// Seconds that the service's clock was ahead of the signature's, if an answer told.
    var skew: TimeInterval?
    /// The offset that the signature was made with.
    var offset: TimeInterval = 0
    var used: Credentials?

    /// Nothing was sent.
    static func unsent(_ fault: CallFault, _ reason: String, retriable: Bool = true) -> AttemptFailure {
        AttemptFailure(
            cause: .fault(fault, reason),
            retriable: retriable && fault != .cancelled,
            isAmbiguous: false,
            repeats: false
        )
    }

    /// A success whose bytes are wrong: it was done, but what it says can't be trusted.
    static func damaged(_ reason: String) -> AttemptFailure {
        AttemptFailure(
            cause: .fault(.malformedAnswer, reason),
            retriable: true,
            isAmbiguous: true,
            repeats: true
        )
    }

    static func answered(
        _ fault: ServiceFault,
        _ response: AWSResponse,
        skew: TimeInterval?,
        offset: TimeInterval,
        used: Credentials?
    ) -> AttemptFailure {
        let again =
            switch fault.kind {
            case .throttled, .conflict, .unknown: true
            case .refused, .signatureRefused, .expired: false
            }
        return AttemptFailure(
            cause: .answered(fault, response),
            retriable: again || fault.kind == .expired,
            isAmbiguous: fault.kind == .unknown,
            repeats: again,
            skew: skew,
            offset: offset,
            used: used
        )
    }

    init(_ error: TransportError) {
        switch error.kind {
        case .notSent:
            self.init(.notSent, error.reason, isAmbiguous: false, cost: RetryQuota.timeoutCost)
        case .timeout:
            self.init(.timeout, error.reason, isAmbiguous: true, cost: RetryQuota.timeoutCost)
        case .connectionLost:
            self.init(.connectionLost, error.reason, isAmbiguous: true, cost: RetryQuota.timeoutCost)
        case .answerTooLarge:
            self.init(.answerTooLarge, error.reason, isAmbiguous: true, cost: 0)
            retriable = false
            repeats = false
        case .cancelled:
            self.init(.cancelled, error.reason, isAmbiguous: true, cost: 0)
            retriable = false
            repeats = false
        }
    }

    private init(_ fault: CallFault, _ reason: String, isAmbiguous: Bool, cost: Int) {
        self.init(
            cause: .fault(fault, reason),
            retriable: true,
            isAmbiguous: isAmbiguous,
            repeatCost: cost,
            repeats: true
        )
    }

    private init(
        cause: CallFailure.Cause,
        retriable: Bool,
        isAmbiguous: Bool,
        repeatCost: Int = RetryQuota.repeatCost,
        repeats: Bool,
        skew: TimeInterval? = nil,
        offset: TimeInterval = 0,
        used: Credentials? = nil
    ) {
        self.cause = cause
        self.retriable = retriable
        self.isAmbiguous = isAmbiguous
        self.repeatCost = repeatCost
        self.repeats = repeats
        self.skew = skew
        self.offset = offset
        self.used = used
    }

    /// A bounded word for logs: never the service's text.
    var summary: String {
        switch cause {
        case .answered(let fault, let response): fault.code.isEmpty ? "HTTP \(response.status)" : fault.code
        case .fault(.credentials, _): "credentials"
        case .fault(let fault, _): "\(fault)"
        }
    }
}
