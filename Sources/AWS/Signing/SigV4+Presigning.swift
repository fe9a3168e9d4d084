package import Foundation

extension SigV4 {
    /// The URL of a request without a body whose signature stands in the query: whoever has it may send it.
    ///
    /// Source: IAM user guide, "Create a signed AWS API request", query string; botocore `SigV4QueryAuth`.
    /// - Parameters:
    ///   - request: what is sent; of its headers only the host is signed.
    ///   - credentials: whose signature it is.
    ///   - date: the time of the signature, from which on it is good.
    ///   - seconds: how long it is good.
    /// - Returns: the URL, its query sorted, the signature last.
    package func presignedURL(
        of request: AWSRequest,
        with credentials: Credentials,
        at date: Date,
        goodFor seconds: Int
    ) -> String {
        let timestamp = Timestamp.basic(date)
        var signed = request
        signed.headers = [.init("Host", request.endpoint.authority)]
        signed.body = []
        signed.query += [
            .init("X-Amz-Algorithm", Self.algorithm),
            .init("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope(timestamp))"),
            .init("X-Amz-Date", timestamp),
            .init("X-Amz-Expires", "\(seconds)"),
            .init("X-Amz-SignedHeaders", "host"),
        ]
        if let token = credentials.sessionToken { signed.query.append(.init("X-Amz-Security-Token", token)) }
        let signature = signature(of: CanonicalRequest(signed), credentials.secretAccessKey, timestamp)
        return "\(signed.url)&X-Amz-Signature=\(signature)"
    }
}
