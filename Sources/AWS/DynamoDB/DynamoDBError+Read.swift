extension DynamoDBError {
    init(_ failure: CallFailure) {
        switch failure.cause {
        case .fault(let fault, let reason):
            self.init(
                code: .call(fault),
                message: reason,
                retriable: failure.retriable,
                mayHaveTakenEffect: failure.mayHaveTakenEffect,
                attempts: failure.attempts
            )
        case .answered(let fault, let response):
            self.init(
                code: Code(fault, response),
                message: fault.message,
                requestID: fault.requestID,
                status: response.status,
                retriable: failure.retriable,
                mayHaveTakenEffect: failure.mayHaveTakenEffect,
                attempts: failure.attempts
            )
        }
    }
}

extension DynamoDBError.Code {
    fileprivate init(_ fault: ServiceFault, _ response: AWSResponse) {
        switch fault.code {
        case "ConditionalCheckFailedException":
            self = .conditionalCheckFailed(item: DynamoDBFault.body(of: response)?.Item)
        case "TransactionCanceledException":
            let reasons = DynamoDBFault.body(of: response)?.CancellationReasons ?? []
            self = .transactionCanceled(reasons.map(DynamoDBError.CancellationReason.init))
        case "TransactionConflictException":
            self = .transactionConflict
        case "TransactionInProgressException":
            self = .transactionInProgress
        case "IdempotentParameterMismatchException":
            self = .idempotentParameterMismatch
        case "ResourceNotFoundException", "TableNotFoundException":
            self = .resourceNotFound
        case "ResourceInUseException", "TableAlreadyExistsException", "TableInUseException":
            self = .resourceInUse
        case "ValidationException", "SerializationException":
            self = .validation
        case "LimitExceededException", "ItemCollectionSizeLimitExceededException":
            self = .limitExceeded
        case "AccessDeniedException", "UnrecognizedClientException", "InvalidSignatureException",
            "IncompleteSignatureException", "MissingAuthenticationTokenException", "ExpiredTokenException",
            "ExpiredToken", "InvalidClientTokenId", "IncompleteSignature", "MissingAuthenticationToken":
            self = .accessDenied
        case "InternalServerError", "InternalFailure", "ServiceUnavailable", "ServiceUnavailableException":
            self = .internalError
        default:
            self = Self.unnamed(fault, status: response.status)
        }
    }

    private static func unnamed(_ fault: ServiceFault, status: Int) -> Self {
        if fault.kind == .throttled { return .throttled }
        if fault.code.isEmpty { return status >= 500 ? .internalError : .other("HTTP \(status)") }
        return .other(fault.code)
    }
}

extension DynamoDBError.CancellationReason {
    fileprivate init(_ reason: DynamoDBFault.Body.Reason) {
        self.init(code: Code(reason.Code ?? "None"), item: reason.Item, message: reason.Message)
    }
}

extension DynamoDBError.CancellationReason.Code {
    fileprivate init(_ text: String) {
        switch text {
        case "None": self = .none
        case "ConditionalCheckFailed": self = .conditionalCheckFailed
        case "TransactionConflict": self = .transactionConflict
        case "ThrottlingError": self = .throttlingError
        case "ProvisionedThroughputExceeded": self = .provisionedThroughputExceeded
        case "ItemCollectionSizeLimitExceeded": self = .itemCollectionSizeLimitExceeded
        case "ValidationError": self = .validationError
        default: self = .other(text)
        }
    }
}
