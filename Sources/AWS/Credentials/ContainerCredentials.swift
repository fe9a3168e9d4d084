import Foundation

/// The agent beside a container: ECS by a relative path, EKS Pod Identity and others by a whole URL.
///
/// Source: SDK reference guide, "Container credential provider"; botocore `ContainerMetadataFetcher`.
struct ContainerCredentials: CredentialSource {
    let name = "container"
    let surroundings: CredentialSurroundings

    func load() async throws(CredentialError) -> Credentials? {
        guard var request = try request() else { return nil }
        if let token = try authorization() { request.setHeader("Authorization", token) }
        request.setHeader("Accept", "application/json")
        let fetch = MetadataFetch(
            transport: surroundings.transport,
            time: surroundings.time,
            timeout: .seconds(2),
            attempts: 3,
            pause: .seconds(1)
        )
        let place = "the container's agent at \(request.endpoint.authority)"
        let document = try CredentialDocument.parse(
            try await fetch.body(of: request, from: place),
            from: place
        )
        return try document.credentials(from: place, source: .container, mustExpire: false)
    }

    private func request() throws(CredentialError) -> AWSRequest? {
        if let relative = surroundings.environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"]?.presence {
            guard relative.hasPrefix("/"),
                let request = AWSRequest(getting: "http://169.254.170.2\(relative)")
            else {
                throw CredentialError(.misconfigured, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not a path")
            }
            return request
        }
        guard let full = surroundings.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"]?.presence else {
            return nil
        }
        guard let request = AWSRequest(getting: full) else {
            throw CredentialError(
                .misconfigured,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI is not an http or https URL"
            )
        }
        guard request.endpoint.scheme == .https || Self.isAllowed(request.endpoint.host) else {
            throw CredentialError(
                .misconfigured,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI names a host that may not be asked without TLS"
            )
        }
        return request
    }

    /// A token must not be sent in the clear to just anybody: agents' addresses and this machine only.
    private static func isAllowed(_ host: String) -> Bool {
        let known: Set<String> = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "localhost", "[::1]"]
        if known.contains(host.lowercased()) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// The file beats the variable, and is read each time: its token is renewed.
    private func authorization() throws(CredentialError) -> String? {
        if let file = surroundings.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]?.presence {
            return try surroundings.files.token(file)
        }
        guard let token = surroundings.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]?.presence else {
            return nil
        }
        guard !token.contains(where: \.isNewline) else {
            throw CredentialError(.misconfigured, "AWS_CONTAINER_AUTHORIZATION_TOKEN has more than one line")
        }
        return token
    }
}

extension AWSRequest {
    /// A GET of a whole URL, its query included.
    package init?(getting url: String) {
        guard var parts = URLComponents(string: url) else { return nil }
        let query = parts.queryItems ?? []
        let path = parts.percentEncodedPath
        parts.query = nil
        parts.path = ""
        guard let base = parts.string, let endpoint = Endpoint(url: base) else { return nil }
        self.init(
            method: "GET",
            endpoint: endpoint,
            path: path.isEmpty ? "/" : path,
            query: query.map { QueryItem($0.name, $0.value ?? "") }
        )
    }
}
