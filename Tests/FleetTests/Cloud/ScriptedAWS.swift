import AWS
import Foundation
import Synchronization

/// Answers requests by a script and remembers them.
final class ScriptedAWS: AWSTransport {
    private let requests = Mutex<[AWSRequest]>([])
    private let script: @Sendable (AWSRequest) throws(TransportError) -> AWSResponse

    init(_ script: @escaping @Sendable (AWSRequest) throws(TransportError) -> AWSResponse) {
        self.script = script
    }

    var sent: [AWSRequest] { requests.withLock { $0 } }

    func send(
        _ request: AWSRequest,
        timeout: Duration,
        bodyLimit: Int
    ) async throws(TransportError) -> AWSResponse {
        requests.withLock { $0.append(request) }
        return try script(request)
    }
}

extension AWSRequest {
    /// The fields of a form.
    var form: [String: String] {
        var fields: [String: String] = [:]
        for pair in String(decoding: body, as: UTF8.self).split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else { continue }
            let value = sides[1].replacing("+", with: " ")
            fields[String(sides[0]).removingPercentEncoding ?? ""] = value.removingPercentEncoding
        }
        return fields
    }
}

extension AWSResponse {
    static func xml(_ text: String) -> AWSResponse {
        AWSResponse(status: 200, headers: [.init("Content-Type", "text/xml")], body: Array(text.utf8))
    }

    static func ec2Error(_ code: String, status: Int = 400, message: String = "because") -> AWSResponse {
        let body =
            "<Response><Errors><Error><Code>\(code)</Code><Message>\(message)</Message></Error></Errors>"
            + "<RequestID>r</RequestID></Response>"
        return AWSResponse(status: status, body: Array(body.utf8))
    }

    static func json(_ status: Int = 200, _ text: String) -> AWSResponse {
        AWSResponse(
            status: status,
            headers: [.init("Content-Type", "application/json")],
            body: Array(text.utf8)
        )
    }
}
