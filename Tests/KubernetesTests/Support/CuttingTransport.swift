import Foundation
import Kubernetes
import Logging
import Synchronization
import Testing

/// Cuts the streams of another transport into pieces of a size.
struct CuttingTransport: KubernetesTransport {
    private let inner: ScriptedTransport
    private let size: Int

    init(_ inner: ScriptedTransport, size: Int) {
        self.inner = inner
        self.size = size
    }

    func send(
        _ request: KubernetesRequest,
        timeout: Duration
    ) async throws(KubernetesTransportError) -> KubernetesResponse {
        try await inner.send(request, timeout: timeout)
    }

    func open(
        _ request: KubernetesRequest,
        timeout: Duration
    ) async throws(KubernetesTransportError) -> KubernetesStream {
        let whole = try await inner.open(request, timeout: timeout)
        let held = Held(whole, size: size)
        return KubernetesStream(head: whole.head, next: held.next)
    }

    private final class Held: Sendable {
        private let whole: KubernetesStream
        private let size: Int
        private let rest = Mutex(Data())

        init(_ whole: KubernetesStream, size: Int) {
            self.whole = whole
            self.size = size
        }

        func next() async throws(KubernetesTransportError) -> Data? {
            if rest.withLock({ $0.isEmpty }) {
                guard let piece = try await whole.next() else { return nil }
                rest.withLock { $0 = piece }
            }
            return rest.withLock { rest in
                defer { rest = rest.dropFirst(size) }
                return rest.prefix(size)
            }
        }
    }
}

func cuttingClient(_ transport: CuttingTransport) throws -> KubernetesClient {
    KubernetesClient(
        access: ClusterAccess(server: try #require(URL(string: "https://api.test"))),
        transport: transport,
        time: TestClock().time,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
}
