import Foundation

/// The object that the API server answers failures with.
struct StatusObject: Decodable {
    struct Details: Decodable {
        struct Cause: Decodable {
            let reason: String?
            let message: String?
            let field: String?
        }
        let name: String?
        let kind: String?
        let uid: String?
        let causes: [Cause]?
        let retryAfterSeconds: Int?
    }
    let kind: String
    let status: String?
    let message: String?
    let reason: String?
    let code: Int?
    let details: Details?
}

extension KubernetesError {
    /// How much of a body that isn't a Status stands in a message.
    private static let quotedCharacters = 200
    /// A server that asks for longer is asked again after this.
    fileprivate static let longestRetryAfter = 3600

    /// The failure that an answer outside the 200s means.
    static func refused(
        _ response: KubernetesResponse,
        to request: KubernetesRequest,
        object: String?
    ) -> KubernetesError {
        let code = response.head.status
        let status = try? JSONDecoder().decode(StatusObject.self, from: response.body)
        var details = status?.kind == "Status" ? Details(status?.details) : nil
        if let seconds = response.head.header("Retry-After").flatMap({ Int($0) }), seconds > 0 {
            details = details ?? Details()
            details?.retryAfter = .seconds(min(seconds, longestRetryAfter))
        }
        guard let status, status.kind == "Status" else {
            return KubernetesError(
                reason(ofBareCode: code),
                code: code,
                message: "\(request.summary): \(quote(response.body))",
                details: details,
                mayHaveTakenEffect: !request.method.isRead && isDoubtful(code)
            )
        }
        var reason = reason(of: status, code: code)
        if reason == .notFound, let object, details?.name != object {
            reason = .other("NotFound, but not of \(object)")
        }
        return KubernetesError(
            reason,
            code: code,
            message: status.message ?? "\(request.summary): \(status.reason ?? "refused")",
            details: details,
            mayHaveTakenEffect: !request.method.isRead && isDoubtful(code)
        )
    }

    /// The failure that an ERROR event of a watch means.
    init(event status: StatusObject) {
        let code = status.code ?? 0
        self.init(
            Self.reason(of: status, code: code),
            code: status.code,
            message: status.message ?? "the watch was ended by an error",
            details: Details(status.details)
        )
    }

    /// The failure that no answer means.
    init(_ error: KubernetesTransportError, of request: KubernetesRequest) {
        let doubtful = error.mayHaveBeenSent && !request.method.isRead
        let reason: Reason
        switch error.kind {
        case .unreachable: reason = .unreachable
        case .timeout: reason = .timeout
        case .answerTooLarge: reason = .malformedAnswer
        case .unusable: reason = .credentials
        case .cancelled: reason = .cancelled
        }
        self.init(reason, message: "\(request.summary): \(error.message)", mayHaveTakenEffect: doubtful)
    }

    /// Whether a read may be sent again within the same call.
    var isWorthRepeating: Bool {
        switch reason {
        case .serverError, .unreachable, .tooManyRequests, .timeout: true
        default: false
        }
    }

    /// Reasons of apimachinery's `meta/v1` StatusReason; the HTTP code speaks only where no reason is given.
    private static func reason(of status: StatusObject, code: Int) -> Reason {
        switch status.reason ?? "" {
        case "AlreadyExists": .alreadyExists
        case "Conflict": .conflict
        case "NotFound": .notFound
        case "Invalid", "BadRequest": .invalid
        case "Forbidden": .forbidden
        case "Unauthorized": .unauthorized
        case "Expired", "Gone": .expired
        case "TooManyRequests": .tooManyRequests
        case "Timeout", "ServerTimeout": .timeout
        case "InternalError", "ServiceUnavailable": .serverError
        case "": reason(ofBareCode: code)
        case let other: code >= 500 ? .serverError : .other(String(other.prefix(80)))
        }
    }

    /// Without a reason a 404 may be a wrong path, and a 409 either kind: neither is guessed.
    private static func reason(ofBareCode code: Int) -> Reason {
        switch code {
        case 400, 422: .invalid
        case 401: .unauthorized
        case 403: .forbidden
        case 408: .timeout
        case 410: .expired
        case 429: .tooManyRequests
        case 500...599: .serverError
        default: .other("HTTP \(code)")
        }
    }

    /// A server that fails, or something between, may have done the work before it answered.
    private static func isDoubtful(_ code: Int) -> Bool {
        code >= 500 || code == 408 || code < 400
    }

    private static func quote(_ body: Data) -> String {
        let text = String(decoding: body.prefix(quotedCharacters), as: UTF8.self)
        return text.isEmpty ? "an empty answer" : "\"\(text)\""
    }
}

extension KubernetesError.Details {
    init?(_ details: StatusObject.Details?) {
        guard let details else { return nil }
        name = details.name
        kind = details.kind
        uid = details.uid
        causes = (details.causes ?? []).map { Cause(reason: $0.reason, message: $0.message, field: $0.field) }
        if let seconds = details.retryAfterSeconds, seconds > 0 {
            retryAfter = .seconds(min(seconds, KubernetesError.longestRetryAfter))
        }
    }
}
