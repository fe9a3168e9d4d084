import Foundation
import Kubernetes
import Synchronization

/// A transport that answers from a script, in order, and remembers what it was sent.
///
/// After the script it says nothing.
final class ScriptedTransport: KubernetesTransport {
    enum Step: Sendable {
        case answer(Int, String, headers: [KubernetesResponseHead.Header] = [])
        case fail(KubernetesTransportError)
        /// Says nothing until it is cancelled.
        case silence
        /// A stream of these pieces, and how it ends.
        case stream([String], Ending)
    }

    enum Ending: Sendable {
        case close
        case fail
        case silence
    }

    private struct State {
        var script: [Step]
        var requests: [KubernetesRequest] = []
    }

    private let state: Mutex<State>

    init(_ script: Step...) {
        state = Mutex(State(script: script))
    }

    var requests: [KubernetesRequest] { state.withLock { $0.requests } }
    var targets: [String] { requests.map { "\($0.method.rawValue) \($0.target)" } }

    func send(
        _ request: KubernetesRequest,
        timeout: Duration
    ) async throws(KubernetesTransportError) -> KubernetesResponse {
        switch next(request) {
        case .answer(let status, let body, let headers):
            return KubernetesResponse(head: .init(status: status, headers: headers), body: Data(body.utf8))
        case .fail(let error): throw error
        case .silence, .stream: throw await Self.untilCancelled()
        }
    }

    func open(
        _ request: KubernetesRequest,
        timeout: Duration
    ) async throws(KubernetesTransportError) -> KubernetesStream {
        switch next(request) {
        case .answer(let status, let body, let headers):
            let pieces = Pieces([body], .close)
            return KubernetesStream(head: .init(status: status, headers: headers), next: pieces.next)
        case .fail(let error): throw error
        case .silence: throw await Self.untilCancelled()
        case .stream(let texts, let ending):
            return KubernetesStream(head: .init(status: 200), next: Pieces(texts, ending).next)
        }
    }

    private func next(_ request: KubernetesRequest) -> Step {
        state.withLock { state in
            state.requests.append(request)
            return state.script.isEmpty ? .silence : state.script.removeFirst()
        }
    }

    fileprivate static func untilCancelled() async -> KubernetesTransportError {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        for await _ in stream {}
        continuation.finish()
        return KubernetesTransportError(.cancelled, message: "cancelled", mayHaveBeenSent: true)
    }
}

/// The pieces of one scripted stream.
private final class Pieces: Sendable {
    private let texts: Mutex<[String]>
    private let ending: ScriptedTransport.Ending

    init(_ texts: [String], _ ending: ScriptedTransport.Ending) {
        self.texts = Mutex(texts)
        self.ending = ending
    }

    func next() async throws(KubernetesTransportError) -> Data? {
        let text = texts.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if let text { return Data(text.utf8) }
        switch ending {
        case .close: return nil
        case .fail:
            throw KubernetesTransportError(.unreachable, message: "reset by peer", mayHaveBeenSent: true)
        case .silence: throw await ScriptedTransport.untilCancelled()
        }
    }
}
