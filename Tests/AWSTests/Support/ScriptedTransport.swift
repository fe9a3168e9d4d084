import AWS
import Synchronization

/// Answers requests from a script, in order, and remembers them.
final class ScriptedTransport: AWSTransport {
    typealias Step = @Sendable (AWSRequest) async throws(TransportError) -> AWSResponse

    private struct State {
        var steps: [Step]
        var requests: [AWSRequest] = []
        var timeouts: [Duration] = []
    }

    private let state: Mutex<State>

    init(_ steps: [Step]) {
        state = Mutex(State(steps: steps))
    }

    convenience init(_ responses: AWSResponse...) {
        self.init(responses.map { response in { _ in response } })
    }

    var requests: [AWSRequest] { state.withLock { $0.requests } }
    var timeouts: [Duration] { state.withLock { $0.timeouts } }
    /// The bodies sent, as text.
    var bodies: [String] { requests.map { String(decoding: $0.body, as: UTF8.self) } }

    func send(
        _ request: AWSRequest,
        timeout: Duration,
        bodyLimit: Int
    ) async throws(TransportError) -> AWSResponse {
        let step: Step? = state.withLock { state in
            state.requests.append(request)
            state.timeouts.append(timeout)
            return state.steps.isEmpty ? nil : state.steps.removeFirst()
        }
        guard let step else { throw TransportError(.notSent, "the script is over") }
        return try await step(request)
    }

    static func failing(_ kind: TransportError.Kind) -> Step {
        { (_: AWSRequest) throws(TransportError) -> AWSResponse in throw TransportError(kind, "scripted") }
    }

    static func answering(_ response: AWSResponse) -> Step {
        { _ in response }
    }
}

extension AWSResponse {
    static func json(_ body: String, status: Int = 200, headers: [String: String] = [:]) -> AWSResponse {
        let fields = headers.sorted { $0.key < $1.key }.map { AWSRequest.HeaderField($0.key, $0.value) }
        return AWSResponse(status: status, headers: fields, body: Array(body.utf8))
    }

    /// The same for XML: a name for the reader.
    static func xml(_ body: String, status: Int = 200, headers: [String: String] = [:]) -> AWSResponse {
        json(body, status: status, headers: headers)
    }

    static func ec2Error(_ code: String, _ message: String = "", status: Int = 400) -> AWSResponse {
        xml(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <Response><Errors><Error><Code>\(code)</Code><Message>\(message)</Message></Error></Errors>\
            <RequestID>req-1</RequestID></Response>
            """,
            status: status
        )
    }

    static func dynamoError(
        _ code: String,
        _ members: String = "\"message\":\"no\"",
        status: Int = 400
    ) -> AWSResponse {
        json(
            "{\"__type\":\"com.amazonaws.dynamodb.v20120810#\(code)\",\(members)}",
            status: status,
            headers: ["x-amzn-RequestId": "REQ1"]
        )
    }
}
