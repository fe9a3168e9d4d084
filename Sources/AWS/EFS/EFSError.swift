/// What a call to EFS came to instead of its answer.
package struct EFSError: Error, Sendable, Hashable {
    package enum Code: Sendable, Hashable {
        /// The creation token was used: read the file system and compare.
        case fileSystemAlreadyExists(EFS.FileSystemID)
        case fileSystemNotFound
        case fileSystemInUse
        case fileSystemLimitExceeded
        /// The file system isn't `available`.
        case incorrectLifeCycleState
        /// The zone has its mount target already. The answer has no id: describe.
        case mountTargetConflict
        case mountTargetNotFound
        case accessPointAlreadyExists(EFS.AccessPointID)
        case accessPointNotFound
        case accessPointLimitExceeded
        case subnetNotFound
        case securityGroupNotFound
        case noFreeAddresses
        case badRequest
        case throttled
        /// Credentials, signature or permission were refused.
        case accessDenied
        /// A failure inside the service.
        case internalError
        /// No answer, or none that the service meant.
        case call(CallFault)
        case other(String)
    }

    package let code: Code
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
