/// One address for all of AWS, so that `AWS_ENDPOINT_URL` alone is enough.
///
/// A request is for the service that its signature's credential scope names; the signature isn't verified.
package struct AWSFrontDoor: LocalService {
    package let name = "aws"
    /// By the name in the credential scope: `dynamodb`, `ec2`, `elasticfilesystem`, `sts`.
    private let services: [String: any LocalService]

    package init(_ services: [String: any LocalService]) {
        self.services = services
    }

    package func handle(_ request: LocalRequest) async -> LocalResponse {
        guard let scope = Self.service(of: request) else {
            return Self.refusal(
                403,
                "MissingAuthenticationToken",
                "The request isn't signed: without a credential scope there is no telling which service it is for"
            )
        }
        guard let service = services[scope] else {
            let known = services.keys.sorted().joined(separator: ", ")
            return Self.refusal(404, "UnknownService", "There is no '\(scope)' here; there are: \(known)")
        }
        return await service.handle(request)
    }

    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for service in services.values {
                group.addTask { try await service.run() }
            }
            try await group.waitForAll()
        }
    }

    /// The fourth part of `Credential=key/date/region/service/aws4_request`, in the header or in a presigned query.
    static func service(of request: LocalRequest) -> String? {
        let credential: String
        if let header = request.headers["authorization"], let start = header.firstRange(of: "Credential=") {
            credential = String(header[start.upperBound...].prefix { $0 != "," && $0 != " " })
        } else if let value = request.queryValue("X-Amz-Credential") {
            credential = value
        } else {
            return nil
        }
        let parts = credential.split(separator: "/")
        guard parts.count >= 5, parts.last == "aws4_request" else { return nil }
        return String(parts[parts.count - 2])
    }

    private static func refusal(_ status: Int, _ code: String, _ message: String) -> LocalResponse {
        EC2Response.error(EC2Error(code, status: status, message))
    }
}
