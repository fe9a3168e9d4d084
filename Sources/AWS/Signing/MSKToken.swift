package import Foundation

/// What proves to the brokers of Amazon MSK who somebody is by IAM, in the mechanism OAUTHBEARER.
///
/// The form is that of AWS's own signers: a presigned `kafka-cluster:Connect`, a `User-Agent` put behind the
/// signature, all in base64url without padding. Source: aws-msk-iam-sasl-signer-python and -go.
package struct MSKToken: Sendable, Hashable {
    /// Whoever has it is taken for its owner.
    package let text: String
    /// When the brokers refuse it: after a quarter of an hour, or with the credentials if they end before.
    package let expiration: Date
    /// What AWS's signers name here; the brokers read who it is from the signature.
    package static let principal = "kafka-cluster"

    private static let secondsGood = 900

    /// Signs a token.
    ///
    /// - Parameters:
    ///   - region: the cluster's.
    ///   - credentials: whose token it is.
    ///   - date: now, by the wall clock.
    ///   - userAgent: what the cluster's owner sees of the program in its logs.
    package init(region: Region, credentials: Credentials, at date: Date, userAgent: String) {
        let name = region.code.lowercased()
        // Built from a region's letters, digits and hyphens: it can't fail to be an endpoint.
        let endpoint = Endpoint(publicHost: "kafka.\(name).amazonaws.com")
        let request = AWSRequest(
            method: "GET",
            endpoint: endpoint,
            query: [.init("Action", "kafka-cluster:Connect")]
        )
        let url = SigV4(region: name, service: Self.principal)
            .presignedURL(of: request, with: credentials, at: date, goodFor: Self.secondsGood)
        let whole = "\(url)&User-Agent=\(PercentEncoding.encode(userAgent))"
        text = Data(whole.utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        // The signature counts whole seconds.
        let end = Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
            .addingTimeInterval(TimeInterval(Self.secondsGood))
        expiration = credentials.expiration.map { min($0, end) } ?? end
    }
}

extension MSKToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Never the token, whoever prints it.
    package var description: String { "MSKToken(until \(expiration))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["expiration": expiration]) }
}
