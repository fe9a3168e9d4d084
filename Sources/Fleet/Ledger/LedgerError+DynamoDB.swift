import AWS
import Reservations

extension LedgerError {
    /// What a failed call to DynamoDB means for whoever keeps rows.
    ///
    /// Only a condition that didn't hold is `refused`, and only what would fail for ever is `malformed`. A
    /// missing table or permission is `unavailable`: the rows are as good as before, and it is mended elsewhere.
    init(_ error: DynamoDBError, _ doing: String) {
        let text = "\(doing): \(error.text)"
        switch error.code {
        case .conditionalCheckFailed:
            self.init(.refused, "\(doing): it isn't as it was read")
        case .transactionCanceled(let reasons):
            self.init(Self.code(of: reasons.map(\.code)), text)
        case .validation, .idempotentParameterMismatch, .call(.invalidRequest):
            self.init(.malformed, text)
        case .transactionConflict, .transactionInProgress, .resourceNotFound, .resourceInUse, .throttled,
            .limitExceeded, .accessDenied, .internalError, .call, .other:
            self.init(.unavailable, text)
        }
    }

    private static func code(of reasons: [DynamoDBError.CancellationReason.Code]) -> Code {
        if reasons.contains(.conditionalCheckFailed) { return .refused }
        let isHopeless = reasons.contains { $0 == .validationError || $0 == .itemCollectionSizeLimitExceeded }
        return isHopeless ? .malformed : .unavailable
    }
}

extension DynamoDBError {
    /// The code and the service's text, without the items that a code may carry.
    fileprivate var text: String {
        let name =
            switch code {
            case .conditionalCheckFailed: "conditionalCheckFailed"
            case .transactionCanceled(let reasons):
                "transactionCanceled(\(reasons.map { "\($0.code)" }.joined(separator: ", ")))"
            default: "\(code)"
            }
        return message.isEmpty ? name : "\(name): \(message)"
    }
}
