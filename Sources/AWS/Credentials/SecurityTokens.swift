import Foundation
import Logging
import XMLCoder

/// STS, as far as credentials need it.
///
/// Source: AWS STS API reference, version 2011-06-15.
struct SecurityTokens: Sendable {
    static let answerLimit = 1 << 20

    private let surroundings: CredentialSurroundings

    init(_ surroundings: CredentialSurroundings) {
        self.surroundings = surroundings
    }

    func assumeRole(_ role: RoleRequest, with source: Credentials) async throws(CredentialError)
        -> Credentials
    {
        try await assume("AssumeRole", role, extra: [], signer: source, from: .assumeRole)
    }

    /// Unsigned: the token is the proof.
    func assumeRole(_ role: RoleRequest, identity token: String) async throws(CredentialError) -> Credentials
    {
        let extra = [AWSRequest.QueryItem("WebIdentityToken", token)]
        return try await assume(
            "AssumeRoleWithWebIdentity",
            role,
            extra: extra,
            signer: nil,
            from: .webIdentity
        )
    }

    private func assume(
        _ action: String,
        _ role: RoleRequest,
        extra: [AWSRequest.QueryItem],
        signer: Credentials?,
        from origin: Credentials.Source
    ) async throws(CredentialError) -> Credentials {
        var fields: [AWSRequest.QueryItem] = [
            .init("Action", action), .init("Version", "2011-06-15"), .init("RoleArn", role.arn),
            .init("RoleSessionName", role.sessionName),
        ]
        if let seconds = role.durationSeconds { fields.append(.init("DurationSeconds", String(seconds))) }
        if let id = role.externalID { fields.append(.init("ExternalId", id)) }
        let call = ServiceCall(
            service: .sts,
            operation: action,
            headers: [.init("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
            body: PercentEncoding.form(fields + extra),
            effect: .none,
            isSigned: signer != nil,
            bodyLimit: Self.answerLimit,
            readFault: STSFault.read
        )
        let answer: CallAnswer
        do {
            answer = try await client(signer).perform(call)
        } catch {
            throw CredentialError(error, action: action, role: role.arn)
        }
        guard let keys = STSAnswer.credentials(in: answer.response, action: action),
            let expiration = Timestamp.parseISO8601(keys.Expiration)
        else {
            throw CredentialError(.malformed, "\(action) of \(role.arn) was answered without credentials")
        }
        return Credentials(
            accessKeyID: keys.AccessKeyId,
            secretAccessKey: keys.SecretAccessKey,
            sessionToken: keys.SessionToken,
            expiration: expiration,
            source: origin
        )
    }

    private func client(_ signer: Credentials?) -> AWSClient {
        AWSClient(
            region: surroundings.region,
            credentials: FixedCredentials(signer ?? Credentials(accessKeyID: "", secretAccessKey: "")),
            transport: surroundings.transport,
            endpoints: surroundings.settings.endpoints,
            retries: surroundings.settings.retries,
            budgets: CallBudgets(attempt: .seconds(5), call: .seconds(20)),
            time: surroundings.time,
            logger: surroundings.logger
        )
    }
}

extension CredentialError {
    fileprivate init(_ failure: CallFailure, action: String, role: String) {
        switch failure.cause {
        case .fault(.cancelled, let reason):
            self.init(.cancelled, reason)
        case .fault(let fault, let reason):
            self.init(.unavailable, "\(action) of \(role): \(fault): \(reason)")
        case .answered(let fault, let response):
            let code: Code = failure.retriable ? .unavailable : .misconfigured
            let name = fault.code.isEmpty ? "HTTP \(response.status)" : fault.code
            self.init(code, "\(action) of \(role) was refused: \(name): \(fault.message)")
        }
    }
}
