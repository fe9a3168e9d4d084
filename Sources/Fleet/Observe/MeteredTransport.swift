import AWS
import Metrics

/// Counts each attempt at a call, by service, operation and the class of its answer.
struct MeteredTransport: AWSTransport {
    let base: any AWSTransport

    func send(
        _ request: AWSRequest,
        timeout: Duration,
        bodyLimit: Int
    ) async throws(TransportError) -> AWSResponse {
        do {
            let answer = try await base.send(request, timeout: timeout, bodyLimit: bodyLimit)
            count(request, "\(answer.status / 100)xx")
            return answer
        } catch {
            count(request, "\(error.kind)")
            throw error
        }
    }

    private func count(_ request: AWSRequest, _ code: String) {
        let (service, operation) = AWSCallName.name(of: request)
        Counter(
            label: "berth_aws_calls_total",
            dimensions: [("service", service), ("operation", operation), ("code", code)]
        ).increment()
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
            return ("query", String(action.dropFirst("Action=".count)))
        }
        // REST: the path has ids after its second part, which are no label.
        let parts = request.path.split(separator: "/").prefix(2)
        return ("rest", ([request.method] + parts.map(String.init)).joined(separator: "_"))
    }
}
