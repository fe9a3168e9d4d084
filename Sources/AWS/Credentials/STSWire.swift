/// STS's answers: `<XResponse><XResult><Credentials>…`.
enum STSAnswer {
    struct Keys: Decodable {
        let AccessKeyId: String
        let SecretAccessKey: String
        let SessionToken: String
        let Expiration: String
    }

    private struct Result: Decodable {
        let Credentials: Keys
    }

    private struct Body: Decodable {
        let AssumeRoleResult: Result?
        let AssumeRoleWithWebIdentityResult: Result?
    }

    static func credentials(in response: AWSResponse, action: String) -> Keys? {
        guard let body = try? XMLAnswer.decode(Body.self, from: response.body) else { return nil }
        return (body.AssumeRoleResult ?? body.AssumeRoleWithWebIdentityResult)?.Credentials
    }
}

/// STS's errors: `<ErrorResponse><Error><Code/><Message/></Error><RequestId/></ErrorResponse>`.
enum STSFault {
    private struct Body: Decodable {
        struct Entry: Decodable {
            let Code: String?
            let Message: String?
        }

        let Error: Entry?
        let RequestId: String?
    }

    static func read(_ response: AWSResponse) -> ServiceFault {
        let body = try? XMLAnswer.decode(Body.self, from: response.body)
        let code = body?.Error?.Code?.trimmingBlanks ?? ""
        let message = body?.Error?.Message ?? ""
        return ServiceFault(
            kind: kind(code: code, status: response.status),
            code: code,
            message: message,
            requestID: body?.RequestId
        )
    }

    private static func kind(code: String, status: Int) -> ServiceFault.Kind {
        if EC2Fault.throttling.contains(code) || status == 429 { return .throttled }
        switch code {
        case "IDPCommunicationError", "RequestTimeout", "RequestTimeoutException":
            return .unknown
        case "RequestExpired", "RequestTimeTooSkewed":
            return .expired
        case "SignatureDoesNotMatch":
            return .signatureRefused
        default:
            return status >= 500 ? .unknown : .refused
        }
    }
}
