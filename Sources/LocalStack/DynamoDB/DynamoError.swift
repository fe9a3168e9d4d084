/// An error in the service's own terms.
///
/// Source: Amazon DynamoDB API Reference, "Common errors", and the errors of each operation.
struct DynamoError: Error, Equatable {
    /// Why one action of a transaction stood in its way; `None` for innocents.
    struct Reason: Equatable {
        var code: String
        var message: String?
        var item: DynamoItem?

        static let none = Reason(code: "None")
    }

    var code: String
    var message: String
    var status = 400
    /// The item that failed a condition, if the caller asked for it.
    var item: DynamoItem?
    /// One for each action of a transaction, in their order.
    var reasons: [Reason]?

    /// The space in front of `#` in `__type`.
    var namespace: String {
        switch code {
        case "ValidationException": "com.amazon.coral.validate"
        case "UnknownOperationException", "SerializationException": "com.amazon.coral.service"
        case "ThrottlingException": "com.amazon.coral.availability"
        default: "com.amazonaws.dynamodb.v20120810"
        }
    }

    /// These shapes spell it `Message` (the service's model).
    var spellsMessageInUpperCase: Bool {
        switch code {
        case "TransactionCanceledException", "IdempotentParameterMismatchException",
            "TransactionInProgressException":
            true
        default: false
        }
    }
}

extension DynamoError {
    static func validation(_ message: String) -> DynamoError {
        DynamoError(code: "ValidationException", message: message)
    }

    /// A value that breaks a rule about items rather than about the request's form.
    static func invalidParameter(_ message: String) -> DynamoError {
        validation("One or more parameter values were invalid: " + message)
    }

    static func constraint(_ value: String, at member: String, _ rule: String) -> DynamoError {
        validation(
            "1 validation error detected: Value \(value) at '\(member)' failed to satisfy constraint: \(rule)"
        )
    }

    static func serialization(_ message: String = "") -> DynamoError {
        DynamoError(code: "SerializationException", message: message)
    }

    static func internalError(_ message: String) -> DynamoError {
        DynamoError(code: "InternalServerError", message: message, status: 500)
    }

    static func conditionFailed(_ item: DynamoItem?) -> DynamoError {
        DynamoError(
            code: "ConditionalCheckFailedException",
            message: "The conditional request failed",
            item: item
        )
    }

    static func transactionCanceled(_ reasons: [Reason]) -> DynamoError {
        let codes = reasons.map(\.code).joined(separator: ", ")
        return DynamoError(
            code: "TransactionCanceledException",
            message:
                "Transaction cancelled, please refer cancellation reasons for specific reasons [\(codes)]",
            reasons: reasons
        )
    }

    static let unknownOperation = DynamoError(code: "UnknownOperationException", message: "")
    static let tableNotFound = DynamoError(
        code: "ResourceNotFoundException",
        message: "Requested resource not found"
    )
    static func tableNotFound(_ name: String) -> DynamoError {
        DynamoError(
            code: "ResourceNotFoundException",
            message: "Requested resource not found: Table: \(name) not found"
        )
    }
    static let throttled = DynamoError(
        code: "ProvisionedThroughputExceededException",
        message: "The level of configured provisioned throughput for the table was exceeded. "
            + "Consider increasing your provisioning level with the UpdateTable API."
    )
    static let tokenMismatch = DynamoError(
        code: "IdempotentParameterMismatchException",
        message: "The provided idempotency token is already used with other parameters"
    )
    static let tooManyDigits = validation("Attempting to store more than 38 significant digits in a Number")
    static let numberOverflow = validation(
        "Number overflow. Attempting to store a number with magnitude larger than supported range"
    )
    static let numberUnderflow = validation(
        "Number underflow. Attempting to store a number with magnitude smaller than supported range"
    )
    static let itemTooLarge = validation("Item size has exceeded the maximum allowed size")
    static let keyMismatch = validation("The provided key element does not match the schema")
}

extension DynamoError {
    /// An error from a fault; a cancelled transaction's reasons are read from the brackets of its message.
    static func injected(code: String, status: Int, message: String) -> DynamoError {
        var error = DynamoError(code: code, message: message, status: status)
        if code == "TransactionCanceledException",
            let open = message.lastIndex(of: "["), let close = message.lastIndex(of: "]"), open < close
        {
            let codes = message[message.index(after: open)..<close].split(separator: ",")
            error.reasons = codes.map { Reason(code: $0.filter { !$0.isWhitespace }) }
        }
        return error
    }
}
