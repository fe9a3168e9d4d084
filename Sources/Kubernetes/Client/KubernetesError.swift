/// Why a call to the API server failed, and what the caller may conclude from that.
package struct KubernetesError: Error, Sendable, Equatable {
    package enum Reason: Sendable, Hashable {
        /// 409 with reason `AlreadyExists`: an object of that name stands there, perhaps foreign or terminating.
        case alreadyExists
        /// 409 with reason `Conflict`: a precondition (uid, resourceVersion) isn't met.
        case conflict
        /// The server says that the very object asked for does not exist. Never used for a wrong path or a proxy's 404.
        case notFound
        /// The request or the object is wrong (400, 422, or refused by this client): repeating can't help.
        case invalid
        case forbidden
        case unauthorized
        /// 410: the resourceVersion or the continue token is too old.
        case expired
        case tooManyRequests
        case timeout
        case serverError
        /// No connection, or one that broke.
        case unreachable
        /// The answer could not be understood.
        case malformedAnswer
        /// Credentials could not be had: the exec plugin failed, a token file is missing.
        case credentials
        /// The task was cancelled during the call.
        case cancelled
        /// A reason this library gives no meaning to.
        case other(String)
    }

    package struct Details: Sendable, Equatable {
        package struct Cause: Sendable, Equatable {
            package var reason: String?
            package var message: String?
            package var field: String?
        }
        package var name: String?
        package var kind: String?
        package var uid: String?
        package var causes: [Cause] = []
        package var retryAfter: Duration?
    }

    package let reason: Reason
    /// The HTTP status, if the server answered.
    package let code: Int?
    package let message: String
    package let details: Details?
    /// The same call may succeed later; whether repeating a write is safe is another question.
    package let retriable: Bool
    /// A write that may have happened although its answer was lost: look before repeating it.
    package let mayHaveTakenEffect: Bool

    package init(
        _ reason: Reason,
        code: Int? = nil,
        message: String,
        details: Details? = nil,
        retriable: Bool? = nil,
        mayHaveTakenEffect: Bool = false
    ) {
        self.reason = reason
        self.code = code
        self.message = message
        self.details = details
        self.retriable = retriable ?? reason.isPassing
        self.mayHaveTakenEffect = mayHaveTakenEffect
    }
}

extension KubernetesError.Reason {
    /// Whether the cause usually goes away by itself.
    var isPassing: Bool {
        switch self {
        case .tooManyRequests, .timeout, .serverError, .unreachable, .malformedAnswer, .credentials: true
        case .alreadyExists, .conflict, .notFound, .invalid, .forbidden, .unauthorized, .expired: false
        case .cancelled, .other: false
        }
    }
}

extension KubernetesError: CustomStringConvertible {
    package var description: String {
        let status = code.map { " (HTTP \($0))" } ?? ""
        let doubt = mayHaveTakenEffect ? "; it may have taken effect" : ""
        return "\(label)\(status): \(message)\(doubt)"
    }

    /// A bounded name of the reason, fit for a metric's label.
    package var label: String {
        if case .other = reason { return "other" }
        return "\(reason)"
    }
}
