import Foundation

/// Reads EFS's error answers: the code in a header or in the body, an id beside it where something exists.
enum EFSFault {
    struct Body: Decodable {
        let ErrorCode: String?
        let Message: String?
        let message: String?
        let FileSystemId: String?
        let AccessPointId: String?
    }

    static func body(of response: AWSResponse) -> Body? {
        try? JSONDecoder().decode(Body.self, from: Data(response.body))
    }

    static func read(_ response: AWSResponse) -> ServiceFault {
        let body = body(of: response)
        let type = response.header("x-amzn-errortype") ?? body?.ErrorCode ?? ""
        let code = String(type.split(separator: ":").first?.split(separator: "#").last ?? "")
        let message = body?.Message ?? body?.message ?? ""
        return ServiceFault(
            kind: kind(code: code, status: response.status),
            code: code,
            message: message,
            requestID: response.header("x-amzn-requestid")
        )
    }

    private static func kind(code: String, status: Int) -> ServiceFault.Kind {
        switch code {
        case "ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded",
            "TooManyRequests":
            return .throttled
        // A 503 that says why nothing was done; it may be otherwise later.
        case "InsufficientThroughputCapacity":
            return .throttled
        case "InvalidSignatureException":
            return .signatureRefused
        case "RequestExpired", "RequestTimeTooSkewed", "ExpiredTokenException", "ExpiredToken":
            return .expired
        default:
            if status == 429 { return .throttled }
            return status >= 500 ? .unknown : .refused
        }
    }
}
