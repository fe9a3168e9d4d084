import Foundation
import Kubernetes
import Logging
import Testing

@Suite(.timeLimit(.minutes(1)), .serialized)
struct HTTPTransportTests {
    static func answer(_ body: String, status: String = "200 OK", extra: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nContent-Type: application/json\r\n\(extra)\r\n\(body)"
    }

    /// A client over sockets; closes transport and server afterwards.
    static func with(
        _ connections: [[SocketServer.Act]],
        _ body: (KubernetesClient, SocketServer) async throws -> Void
    ) async throws {
        let server = try SocketServer(connections)
        defer { server.stop() }
        let access = ClusterAccess(
            server: try #require(URL(string: "http://127.0.0.1:\(server.port)/k8s/")),
            authentication: .token(.fixed("sesame"))
        )
        let transport = try HTTPKubernetesTransport(access: access, time: .real)
        let client = KubernetesClient(
            access: access,
            transport: transport,
            time: .real,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        do {
            try await body(client, server)
        } catch {
            try await transport.shutdown()
            throw error
        }
        try await transport.shutdown()
    }

    @Test func `a call goes out below the server's path with its headers and comes back`() async throws {
        let made = Self.answer(configMap("a", version: "7"))
        try await Self.with([[.read, .write(made), .close]]) { client, server in
            let map = try await client.create(ConfigMap(metadata: ObjectMeta(name: "a")), in: "gpu-dev")
            #expect(map.metadata.uid == "u-a")
            let request = try #require(server.requests.first)
            #expect(
                request.hasPrefix(
                    "POST /k8s/api/v1/namespaces/gpu-dev/configmaps?fieldManager=berth HTTP/1.1\r\n"
                )
            )
            #expect(request.contains("\r\nAuthorization: Bearer sesame\r\n"))
            #expect(request.contains("\r\nHost: 127.0.0.1:\(server.port)\r\n"))
            #expect(request.contains("\r\nContent-Type: application/json\r\n"))
            #expect(request.hasSuffix(#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}"#))
        }
    }

    @Test func `a connection that breaks under a write leaves its effect in doubt`() async throws {
        try await Self.with([[.read, .close]]) { client, _ in
            let error = try await failure { () throws(KubernetesError) in
                try await client.create(ConfigMap(metadata: ObjectMeta(name: "a")), in: "gpu-dev")
            }
            #expect(error.reason == .unreachable)
            #expect(error.mayHaveTakenEffect)
        }
    }

    @Test func `an answer that breaks off under a write leaves its effect in doubt`() async throws {
        let half = String(Self.answer(configMap("a", version: "7")).dropLast(10))
        try await Self.with([[.read, .write(half), .close]]) { client, _ in
            let error = try await failure { () throws(KubernetesError) in
                try await client.create(ConfigMap(metadata: ObjectMeta(name: "a")), in: "gpu-dev")
            }
            #expect(error.reason == .unreachable)
            #expect(error.mayHaveTakenEffect)
        }
    }

    @Test func `an answer that stalls in its body ends at the deadline`() async throws {
        let half = String(Self.answer(configMap("a", version: "7")).dropLast(10))
        try await Self.with([[.read, .write(half), .awaitClose]]) { client, _ in
            let error = try await failure { () throws(KubernetesError) in
                try await client.create(
                    ConfigMap(metadata: ObjectMeta(name: "a")),
                    in: "gpu-dev",
                    deadline: .milliseconds(300)
                )
            }
            #expect(error.reason == .timeout)
            #expect(error.mayHaveTakenEffect)
        }
    }

    @Test func `nobody there means that nothing was sent`() async throws {
        try await Self.with([]) { client, server in
            server.stop()
            let error = try await failure { () throws(KubernetesError) in
                try await client.create(
                    ConfigMap(metadata: ObjectMeta(name: "a")),
                    in: "gpu-dev",
                    deadline: .seconds(1)
                )
            }
            #expect(error.reason == .unreachable)
            #expect(error.retriable)
            #expect(!error.mayHaveTakenEffect)
        }
    }

    @Test func `a redirect is not followed, so the token goes nowhere else`() async throws {
        let redirect = Self.answer(
            "",
            status: "307 Temporary Redirect",
            extra: "Location: http://127.0.0.1:1/\r\n"
        )
        try await Self.with([[.read, .write(redirect), .close]]) { client, server in
            let error = try await failure { () throws(KubernetesError) in
                try await client.get(ConfigMap.self, "a", in: "gpu-dev")
            }
            #expect(error.reason == .other("HTTP 307"))
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a watch reads chunks as they come and closes its connection when cancelled`() async throws {
        func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }
        let event = line("ADDED", configMap("a", version: "11"))
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        try await Self.with([
            [.read, .write(Self.answer(list([], version: "10"), extra: "Connection: close\r\n")), .close],
            [
                .read, .write(head), .write(chunk(String(event.prefix(20)))),
                .write(chunk(String(event.dropFirst(20)))),
                .awaitClose,
            ],
        ]) { client, server in
            let seen = await watched(client, until: 2)
            #expect(seen == ["reset", "changed a=x"])
            // The peer sees the end of the connection: waits for it, as long as the suite's limit allows.
            while server.closedByPeer == 0 { await Task.yield() }
        }
    }
}
