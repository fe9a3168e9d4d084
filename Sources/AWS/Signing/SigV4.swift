import Crypto
package import Foundation

/// Signs requests by Signature Version 4: a pure function of request, credentials, date, region and service.
///
/// Source: IAM user guide, "AWS Signature Version 4 for API requests"; botocore `auth.py`. S3, which signs
/// raw paths and a header with the body's hash, is not covered.
package struct SigV4: Sendable, Hashable {
    package let region: String
    package let service: String

    package init(region: String, service: String) {
        self.region = region
        self.service = service
    }

    /// Adds `Host`, `X-Amz-Date`, `X-Amz-Security-Token` and `Authorization`.
    ///
    /// - Parameters:
    ///   - request: what is sent; an `Authorization` in it is replaced.
    ///   - credentials: whose signature it is.
    ///   - date: the time of the signature, by the service's clock if that is known to differ.
    /// - Returns: the request to send, unchanged but for its headers.
    package func sign(_ request: AWSRequest, with credentials: Credentials, at date: Date) -> AWSRequest {
        let timestamp = Timestamp.basic(date)
        var signed = request
        signed.headers.removeAll { $0.name.lowercased() == "authorization" }
        if signed.header("host") == nil { signed.setHeader("Host", request.endpoint.authority) }
        signed.setHeader("X-Amz-Date", timestamp)
        if let token = credentials.sessionToken { signed.setHeader("X-Amz-Security-Token", token) }

        let canonical = CanonicalRequest(signed)
        let signature = signature(of: canonical, credentials.secretAccessKey, timestamp)
        signed.setHeader(
            "Authorization",
            "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope(timestamp)), "
                + "SignedHeaders=\(canonical.signedHeaders), Signature=\(signature)"
        )
        return signed
    }

    static let algorithm = "AWS4-HMAC-SHA256"

    /// What the signature is good for: a day, the region and the service.
    func scope(_ timestamp: String) -> String {
        "\(timestamp.prefix(8))/\(region)/\(service)/aws4_request"
    }

    func signature(of canonical: CanonicalRequest, _ secret: String, _ timestamp: String) -> String {
        let hash = Hex.sha256(Data(canonical.text.utf8))
        let text = "\(Self.algorithm)\n\(timestamp)\n\(scope(timestamp))\n\(hash)"
        let key = signingKey(secret, day: String(timestamp.prefix(8)))
        return Hex.lower(Self.hmac(text, key: key))
    }

    private func signingKey(_ secret: String, day: String) -> SymmetricKey {
        var key = SymmetricKey(data: Data("AWS4\(secret)".utf8))
        for part in [day, region, service, "aws4_request"] {
            key = SymmetricKey(data: Data(Self.hmac(part, key: key)))
        }
        return key
    }

    private static func hmac(_ text: String, key: SymmetricKey) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)
    }
}
