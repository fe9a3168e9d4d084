import AsyncHTTPClient
package import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Where encoded spans go.
package protocol SpanSending: Sendable {
    /// Sends one request of OTLP's, in JSON.
    func send(_ body: Data) async throws(SpanSendError)
}

package struct SpanSendError: Error, Sendable, Equatable {
    package let reason: String
    /// Whether the same may be taken later.
    package let isPassing: Bool
    /// When the receiver wants to be asked again.
    package let after: Duration?

    package init(_ reason: String, isPassing: Bool, after: Duration? = nil) {
        self.reason = reason
        self.isPassing = isPassing
        self.after = after
    }
}

/// OTLP over HTTP, with JSON.
///
/// Source: OpenTelemetry Protocol 1.x, "OTLP/HTTP Response": 429, 502, 503 and 504 may be repeated.
struct OTLPHTTPSender: SpanSending {
    let client: HTTPClient
    let endpoint: URL
    let headers: [(name: String, value: String)]
    let timeout: Duration

    /// An answer is an empty object, or says what was left out; nobody needs more of it.
    private static let answerLimit = 65_536

    func send(_ body: Data) async throws(SpanSendError) {
        var request = HTTPClientRequest(url: endpoint.absoluteString)
        request.method = .POST
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.headers.replaceOrAdd(name: "content-type", value: "application/json")
        request.headers.replaceOrAdd(name: "user-agent", value: "berth/\(BerthVersion.number)")
        request.body = .bytes(ByteBuffer(data: body))
        let answer: HTTPClientResponse
        do {
            answer = try await client.execute(request, timeout: TimeAmount(timeout))
            _ = try await answer.body.collect(upTo: Self.answerLimit)
        } catch {
            throw SpanSendError("\(endpoint.absoluteString) can't be reached: \(error)", isPassing: true)
        }
        guard !(200..<300).contains(answer.status.code) else { return }
        let pause = answer.headers.first(name: "retry-after").flatMap { Int($0) }
        throw SpanSendError(
            "\(endpoint.absoluteString) answered \(answer.status.code)",
            isPassing: [429, 502, 503, 504].contains(answer.status.code),
            after: pause.map { .seconds(min(max($0, 0), 60)) }
        )
    }
}
