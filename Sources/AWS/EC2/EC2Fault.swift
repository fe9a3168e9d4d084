/// Reads EC2's error answers: `<Response><Errors><Error><Code/><Message/></Error></Errors><RequestID/>`.
///
/// Source: EC2 developer guide, "Error codes for the Amazon EC2 API" and "Request throttling".
enum EC2Fault {
    private struct Body: Decodable {
        struct Errors: Decodable {
            let Error: [Entry]
        }

        struct Entry: Decodable {
            let Code: String?
            let Message: String?
        }

        let Errors: Errors?
        let RequestID: String?
    }

    static func read(_ response: AWSResponse) -> ServiceFault {
        // A proxy's page has no code: then the status alone speaks.
        let body = try? EC2Wire.decode(Body.self, from: response.body)
        let entry = body?.Errors?.Error.first
        let code = entry?.Code?.trimmingBlanks ?? ""
        return ServiceFault(
            kind: kind(code: code, status: response.status),
            code: code,
            message: entry?.Message ?? "",
            requestID: body?.RequestID ?? response.header("x-amzn-requestid")
        )
    }

    static let throttling: Set<String> = [
        "RequestLimitExceeded", "EC2ThrottledException", "Throttling", "ThrottlingException",
        "RequestThrottled", "RequestThrottledException", "BandwidthLimitExceeded", "PriorRequestNotComplete",
        "TooManyRequestsException", "SlowDown",
    ]

    /// Codes that come with a 5xx and still mean that nothing was done.
    private static let refusals: Set<String> = [
        "InsufficientVolumeCapacity", "InsufficientCapacity", "InsufficientInstanceCapacity",
    ]

    private static func kind(code: String, status: Int) -> ServiceFault.Kind {
        if throttling.contains(code) || status == 429 { return .throttled }
        if refusals.contains(code) { return .refused }
        switch code {
        case "RequestExpired", "InvalidSecurity.RequestHasExpired", "RequestTimeTooSkewed",
            "RequestInTheFuture", "ExpiredToken", "ExpiredTokenException":
            return .expired
        case "AuthFailure", "SignatureDoesNotMatch":
            return .signatureRefused
        case "RequestTimeout", "RequestTimeoutException":
            return .unknown
        default:
            return status >= 500 ? .unknown : .refused
        }
    }
}
