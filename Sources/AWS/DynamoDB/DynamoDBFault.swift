import Foundation

/// Reads DynamoDB's error answers.
///
/// Source: DynamoDB developer guide, "Error handling"; botocore `data/_retry.json`.
enum DynamoDBFault {
    /// The members of an error answer; the text has a capital or not, by shape.
    struct Body: Decodable {
        struct Reason: Decodable {
            let Code: String?
            let Message: String?
            let Item: AWS.Item?
        }

        let type: String?
        let message: String?
        let Message: String?
        let Item: AWS.Item?
        let CancellationReasons: [Reason]?

        private enum CodingKeys: String, CodingKey {
            case type = "__type"
            case message
            case Message
            case Item
            case CancellationReasons
        }
    }

    static func body(of response: AWSResponse) -> Body? {
        try? JSONDecoder().decode(Body.self, from: Data(response.body))
    }

    static func read(_ response: AWSResponse) -> ServiceFault {
        let body = body(of: response)
        let type = body?.type ?? response.header("x-amzn-errortype") ?? ""
        let code = String(type.split(separator: "#").last?.split(separator: ":").first ?? "")
        let message = body?.message ?? body?.Message ?? ""
        return ServiceFault(
            kind: kind(code: code, status: response.status, reasons: body?.CancellationReasons),
            code: code,
            message: message,
            requestID: response.header("x-amzn-requestid")
        )
    }

    private static let throttling: Set<String> = [
        "ProvisionedThroughputExceededException", "ThrottlingException", "Throttling", "ThrottledException",
        "RequestLimitExceeded", "RequestThrottledException", "LimitExceededException",
        "TooManyRequestsException",
    ]

    private static func kind(
        code: String,
        status: Int,
        reasons: [Body.Reason]?
    ) -> ServiceFault.Kind {
        if throttling.contains(code) || status == 429 { return .throttled }
        switch code {
        case "TransactionConflictException":
            return .conflict
        case "TransactionInProgressException":
            return .unknown
        case "TransactionCanceledException":
            return isPassing(reasons ?? []) ? .conflict : .refused
        case "RequestTimeout", "RequestTimeoutException":
            return .unknown
        case "InvalidSignatureException":
            return .signatureRefused
        case "ExpiredTokenException", "ExpiredToken", "RequestExpired":
            return .expired
        default:
            return status >= 500 ? .unknown : .refused
        }
    }

    /// Whether every guilty reason is one that passes.
    private static func isPassing(_ reasons: [Body.Reason]) -> Bool {
        let guilty = reasons.compactMap(\.Code).filter { $0 != "None" }
        let passing: Set<String> = [
            "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded",
        ]
        return !guilty.isEmpty && guilty.allSatisfy(passing.contains)
    }
}
