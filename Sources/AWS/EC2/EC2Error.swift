/// What a call to EC2 came to instead of its answer.
package struct EC2Error: Error, Sendable, Hashable {
    package enum Code: Sendable, Hashable {
        /// No such volume, or not yet, or no longer: one unknown id fails a whole describe.
        case volumeNotFound
        case snapshotNotFound
        case zoneNotFound
        /// An id that can't be one, or a value that is refused.
        case malformedID
        case invalidParameter
        /// Something isn't in the state that the call needs, such as a pending snapshot.
        case incorrectState
        case volumeInUse
        /// The token was used with other parameters, is being used right now, or is burnt: its volume failed
        /// or was deleted. `EC2Error.tokenIsBurnt` tells the last.
        case idempotentParameterMismatch
        case volumeLimitExceeded
        case maxIOPSLimitExceeded
        case snapshotLimitExceeded
        case concurrentSnapshotLimitExceeded
        case snapshotCreationPerVolumeRateExceeded
        /// The zone has no room for this type of volume: try another.
        case insufficientVolumeCapacity
        case tagLimitExceeded
        case filterLimitExceeded
        case throttled
        /// The request's time or the credentials are out of date.
        case requestExpired
        /// Credentials, signature or permission were refused.
        case accessDenied
        /// A failure inside the service.
        case internalError
        /// No answer, or none that the service meant.
        case call(CallFault)
        case other(String)
    }

    package let code: Code
    /// The service's own code; empty if there was no answer.
    package let serviceCode: String
    package let message: String
    package let requestID: String?
    /// The HTTP status, if an answer came.
    package let status: Int?
    /// Whether the same call may succeed later; it was repeated already as often as allowed.
    package let retriable: Bool
    /// Whether this call, in any of its attempts, may have changed something.
    package let mayHaveTakenEffect: Bool
    /// Attempts sent, the first included.
    package let attempts: Int

    /// Makes an error, as the client does; fakes may too.
    package init(
        code: Code,
        serviceCode: String = "",
        message: String = "",
        requestID: String? = nil,
        status: Int? = nil,
        retriable: Bool = false,
        mayHaveTakenEffect: Bool = false,
        attempts: Int = 1
    ) {
        self.code = code
        self.serviceCode = serviceCode
        self.message = message
        self.requestID = requestID
        self.status = status
        self.retriable = retriable
        self.mayHaveTakenEffect = mayHaveTakenEffect
        self.attempts = attempts
    }
}
