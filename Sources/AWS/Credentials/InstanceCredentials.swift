import Foundation

/// The role of the EC2 instance, by IMDSv2: a token first, then the role's name, then its credentials.
///
/// Source: EC2 user guide, "Use the Instance Metadata Service"; botocore `InstanceMetadataFetcher`.
struct InstanceCredentials: CredentialSource {
    let name = "instance metadata"
    let surroundings: CredentialSurroundings

    private static let path = "/latest/meta-data/iam/security-credentials/"
    private static let tokenLifetimeSeconds = 21_600

    func load() async throws(CredentialError) -> Credentials? {
        guard !surroundings.settings.metadataDisabled else { return nil }
        let endpoint = try endpoint()
        let fetch = try fetch()
        var request = AWSRequest(method: "PUT", endpoint: endpoint, path: "/latest/api/token")
        request.setHeader("X-aws-ec2-metadata-token-ttl-seconds", String(Self.tokenLifetimeSeconds))
        let token = try Self.line(try await fetch.body(of: request, from: name), what: "token")

        request = AWSRequest(method: "GET", endpoint: endpoint, path: Self.path)
        request.setHeader("X-aws-ec2-metadata-token", token)
        let role = try Self.line(try await fetch.body(of: request, from: name), what: "role")

        request.path = Self.path + PercentEncoding.encode(role)
        let document = try CredentialDocument.parse(try await fetch.body(of: request, from: name), from: name)
        if let code = document.Code, code != "Success" {
            throw CredentialError(
                .unavailable,
                "\(name): \(code.prefix(80)): \((document.Message ?? "").prefix(200))"
            )
        }
        return try document.credentials(from: name, source: .instanceMetadata, mustExpire: true)
    }

    private func endpoint() throws(CredentialError) -> Endpoint {
        let environment = surroundings.environment
        let isIPv6 = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.lowercased() == "ipv6"
        let url =
            environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"]?.presence
            ?? (isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
        guard let endpoint = Endpoint(url: url) else {
            throw CredentialError(.misconfigured, "AWS_EC2_METADATA_SERVICE_ENDPOINT is not an http URL")
        }
        return endpoint
    }

    /// By default one attempt of one second: on most machines that aren't instances, nobody answers at all.
    private func fetch() throws(CredentialError) -> MetadataFetch {
        MetadataFetch(
            transport: surroundings.transport,
            time: surroundings.time,
            timeout: .seconds(try number("AWS_METADATA_SERVICE_TIMEOUT", 1...60)),
            attempts: try number("AWS_METADATA_SERVICE_NUM_ATTEMPTS", 1...20),
            pause: .seconds(1)
        )
    }

    private func number(_ variable: String, _ range: ClosedRange<Int>) throws(CredentialError) -> Int {
        guard let text = surroundings.environment[variable]?.presence else { return 1 }
        guard let value = Int(text), range.contains(value) else {
            throw CredentialError(
                .misconfigured,
                "\(variable) is not a number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }

    private static func line(_ bytes: [UInt8], what: String) throws(CredentialError) -> String {
        let text = String(validating: bytes, as: UTF8.self)?.trimmingBlanks ?? ""
        guard !text.isEmpty, !text.contains(where: \.isNewline) else {
            throw CredentialError(.malformed, "instance metadata answered no single \(what)")
        }
        return text
    }
}
