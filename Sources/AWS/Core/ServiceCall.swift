import Foundation

/// One call as a service describes it to the shared core.
struct ServiceCall: Sendable {
    enum Effect: Sendable {
        /// Changes nothing.
        case none
        /// May be sent again even if its fate is unknown.
        case repeatable
        /// May be sent again only if it was certainly refused.
        case once
    }

    var service: AWSService
    var operation: String
    var method: String = "POST"
    var path: String = "/"
    var query: [AWSRequest.QueryItem] = []
    var headers: [AWSRequest.HeaderField] = []
    var body: [UInt8] = []
    var effect: Effect
    var isSigned = true
    /// The longest answer in bytes.
    var bodyLimit: Int
    /// What an error answer says.
    var readFault: @Sendable (AWSResponse) -> ServiceFault
    /// What is wrong with a successful answer's bytes, if anything.
    var findDamage: @Sendable (AWSResponse) -> String? = { _ in nil }
}

/// What a service's error answer says, in the terms of the shared core.
struct ServiceFault: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// Certainly refused, and final.
        case refused
        /// Certainly refused, welcome later.
        case throttled
        /// Certainly refused because of what else was at work; welcome again.
        case conflict
        /// Nobody knows: a failure inside the service, or a call still at work.
        case unknown
        /// The signature was refused: for its time, or for its secret.
        case signatureRefused
        /// The signature's time or its credentials are over; some services have one code for both.
        case expired
    }

    var kind: Kind
    /// The service's own code without namespace; empty if the answer had none.
    var code: String
    var message: String
    var requestID: String?
}

/// How a call ended without its answer.
struct CallFailure: Error, Sendable {
    enum Cause: Sendable {
        case answered(ServiceFault, AWSResponse)
        case fault(CallFault, String)
    }

    var cause: Cause
    var retriable: Bool
    var mayHaveTakenEffect: Bool
    var attempts: Int
}

/// A successful answer, and whether earlier attempts of the same call may have worked too.
struct CallAnswer: Sendable {
    var response: AWSResponse
    var attempts: Int
}
