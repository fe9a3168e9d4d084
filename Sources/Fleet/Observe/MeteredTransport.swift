package import AWS
package import Metrics

/// Counts each attempt at a call, by service, operation and what was answered.
package struct MeteredTransport: AWSTransport {
    private let base: any AWSTransport
    private let factory: any MetricsFactory

    /// A transport that tells the process's metrics what passes.
    package init(base: any AWSTransport, factory: any MetricsFactory = MetricsSystem.factory) {
        self.base = base
        self.factory = factory
    }

    package func send(
        _ request: AWSRequest,
        timeout: Duration,
        bodyLimit: Int
    ) async throws(TransportError) -> AWSResponse {
        do {
            let answer = try await base.send(request, timeout: timeout, bodyLimit: bodyLimit)
            count(request, AWSAnswerCode.code(of: answer))
            return answer
        } catch {
            count(request, "\(error.kind)")
            throw error
        }
    }

    private func count(_ request: AWSRequest, _ code: String) {
        let (service, operation) = AWSCallName.name(of: request)
        let call = [("service", service), ("operation", operation)]
        Counter(label: "berth_aws_calls_total", dimensions: call + [("code", code)], factory: factory)
            .increment()
        guard AWSAnswerCode.isThrottling(code) else { return }
        Counter(label: "berth_aws_throttled_total", dimensions: call, factory: factory).increment()
    }
}

/// What a request asks for, told from how its service's protocol writes it.
enum AWSCallName {
    static func name(of request: AWSRequest) -> (service: String, operation: String) {
        if let target = request.header("x-amz-target"), let dot = target.lastIndex(of: ".") {
            return ("dynamodb", String(target[dot...].dropFirst()))
        }
        let head = String(decoding: request.body.prefix(200), as: UTF8.self)
        if let action = head.split(separator: "&").first(where: { $0.hasPrefix("Action=") }) {
            return (signed(request) ?? "query", String(action.dropFirst("Action=".count)))
        }
        // REST: the path has ids after its second part, which are no label.
        let parts = request.path.split(separator: "/").prefix(2)
        return (signed(request) ?? "rest", ([request.method] + parts.map(String.init)).joined(separator: "_"))
    }

    /// The service that a signature is for: the last but one part of its scope.
    private static func signed(_ request: AWSRequest) -> String? {
        guard let header = request.header("authorization"),
            let scope = header.firstMatch(of: /Credential=[^,\/]+\/\d+\/[^,\/]+\/([a-z0-9-]{1,40})\//)
        else { return nil }
        return String(scope.1)
    }
}

/// What an answer says, as one of few words: 2xx, or the error's code.
enum AWSAnswerCode {
    /// An error's code stands near the beginning, in whichever protocol.
    private static let head = 2_000

    static func code(of answer: AWSResponse) -> String {
        guard !answer.isSuccess else { return "2xx" }
        let text = String(decoding: answer.body.prefix(head), as: UTF8.self)
        let found =
            text.firstMatch(of: /<Code>([A-Za-z0-9.]{1,60})<\/Code>/)?.1
            ?? text.firstMatch(of: /"__type"\s*:\s*"(?:[^"#]*#)?([A-Za-z0-9.]{1,60})"/)?.1
            ?? text.firstMatch(of: /"ErrorCode"\s*:\s*"([A-Za-z0-9.]{1,60})"/)?.1
        return found.map(String.init) ?? "\(answer.status / 100)xx"
    }

    static func isThrottling(_ code: String) -> Bool {
        let words = [
            "Throttl", "LimitExceededException", "ThroughputExceeded", "TooManyRequests", "SlowDown",
        ]
        return words.contains(where: code.contains) || code == "RequestLimitExceeded"
    }
}
