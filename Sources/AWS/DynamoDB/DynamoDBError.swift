/// What a call to DynamoDB came to instead of its answer.
package struct DynamoDBError: Error, Sendable, Hashable {
    package enum Code: Sendable, Hashable {
        /// The condition did not hold; the item as it stands, if asked for and if there is one.
        case conditionalCheckFailed(item: Item?)
        /// A transaction was refused as a whole; one reason an action, in order.
        case transactionCanceled([CancellationReason])
        /// A transaction is at work on the same item.
        case transactionConflict
        /// The transaction with this token is still at work: it may yet take effect.
        case transactionInProgress
        /// The token was used with other parameters.
        case idempotentParameterMismatch
        /// No such table or index.
        case resourceNotFound
        /// The table exists, or is being changed.
        case resourceInUse
        case validation
        case throttled
        /// The limits on tables and their changes, or on item collections.
        case limitExceeded
        /// Credentials, signature or permission were refused.
        case accessDenied
        /// A failure inside the service.
        case internalError
        /// No answer, or none that the service meant.
        case call(CallFault)
        case other(String)
    }

    /// Why one action of a transaction stood in its way, or didn't.
    package struct CancellationReason: Sendable, Hashable {
        package enum Code: Sendable, Hashable {
            /// This action was innocent.
            case none
            case conditionalCheckFailed
            case transactionConflict
            case throttlingError
            case provisionedThroughputExceeded
            case itemCollectionSizeLimitExceeded
            case validationError
            case other(String)
        }

        package let code: Code
        /// The item as it stands, if asked for.
        package let item: Item?
        package let message: String?

        package init(code: Code, item: Item? = nil, message: String? = nil) {
            self.code = code
            self.item = item
            self.message = message
        }
    }

    package let code: Code
    package let message: String
    package let requestID: String?
    /// The HTTP status, if an answer came.
    package let status: Int?
    /// Whether the same call may succeed later; it was repeated already as often as allowed.
    package let retriable: Bool
    /// Whether this call, in any of its attempts, may have changed something.
    ///
    /// After a lost answer even `conditionalCheckFailed` may mean that one's own first attempt did it:
    /// compare a writer token.
    package let mayHaveTakenEffect: Bool
    /// Attempts sent, the first included.
    package let attempts: Int

    /// Makes an error, as the client does; fakes may too.
    package init(
        code: Code,
        message: String = "",
        requestID: String? = nil,
        status: Int? = nil,
        retriable: Bool = false,
        mayHaveTakenEffect: Bool = false,
        attempts: Int = 1
    ) {
        self.code = code
        self.message = message
        self.requestID = requestID
        self.status = status
        self.retriable = retriable
        self.mayHaveTakenEffect = mayHaveTakenEffect
        self.attempts = attempts
    }
}
