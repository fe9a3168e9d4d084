import AWS
import AsyncHTTPClient
import Foundation
import Testing

/// The real transport against a real socket.
struct AsyncHTTPTransportTests {
    static let limit = Duration.seconds(30)

    @Test func `a request arrives as it was signed, and its answer is read whole`() async throws {
        let answer = "HTTP/1.1 404 Not Found\r\nDate: x\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 4\r\n\r\nbody"
        try await withServer(.bytes(answer)) { server, transport, request in
            var request = request
            request.query = [.init("b", "1 /"), .init("a", "ü")]
            let signed = SigV4(region: "r", service: "s").sign(request, with: .test, at: SigV4Tests.date)
            let response = try await transport.send(signed, timeout: Self.limit, bodyLimit: 4)
            #expect(response.status == 404)
            #expect(response.body == Array("body".utf8))
            #expect(response.header("x-a") == "1")
            let sent = try #require(server.requests.first)
            #expect(sent.hasPrefix("POST /path%2Fx?a=%C3%BC&b=1%20%2F HTTP/1.1\r\n"))
            #expect(
                sent.lowercased().components(separatedBy: "\r\nhost: 127.0.0.1:\(server.port)\r\n").count == 2
            )
            #expect(sent.contains("Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"))
            #expect(sent.hasSuffix("\r\n\r\nsent"))
        }
    }

    static let broken: [(RawServer.Answer, TransportError.Kind)] = [
        (.bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12345"), .answerTooLarge),
        (.bytes("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n123"), .connectionLost),
        (.bytes("nonsense\r\n\r\n"), .connectionLost),
        (.hangUp, .connectionLost),
        (.stall(""), .timeout),
        (.stall("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n12"), .timeout),
    ]

    @Test(arguments: broken)
    func `a broken answer is an error that says what may have arrived`(
        answer: RawServer.Answer,
        kind: TransportError.Kind
    ) async throws {
        try await withServer(answer) { _, transport, request in
            let timeout: Duration = kind == .timeout ? .milliseconds(200) : Self.limit
            let error = await #expect(throws: TransportError.self) {
                try await transport.send(request, timeout: timeout, bodyLimit: 4)
            }
            #expect(error?.kind == kind)
        }
    }

    @Test func `where nobody listens nothing was sent`() async throws {
        try await withServer(.hangUp) { server, transport, request in
            server.close()
            let error = await #expect(throws: TransportError.self) {
                try await transport.send(request, timeout: Self.limit, bodyLimit: 4)
            }
            #expect(error?.kind == .notSent, "\(String(describing: error))")
        }
    }

    @Test func `a name that doesn't exist was never sent to`() async throws {
        try await withServer(.hangUp) { _, transport, request in
            var request = request
            request.endpoint = try #require(Endpoint(url: "http://no-such-host.invalid"))
            let error = await #expect(throws: TransportError.self) {
                try await transport.send(request, timeout: Self.limit, bodyLimit: 4)
            }
            #expect(error?.kind == .notSent)
        }
    }

    @Test func `one who is cancelled hears so at once`() async throws {
        try await withServer(.stall("")) { _, transport, request in
            let kind = await withTaskGroup(of: TransportError.Kind?.self) { group in
                group.addTask {
                    do throws(TransportError) {
                        _ = try await transport.send(request, timeout: Self.limit, bodyLimit: 4)
                        return nil
                    } catch {
                        return error.kind
                    }
                }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(kind == .cancelled)
        }
    }

    private func withServer(
        _ answer: RawServer.Answer,
        _ body: (RawServer, AsyncHTTPTransport, AWSRequest) async throws -> Void
    ) async throws {
        let server = try RawServer(answer)
        let client = HTTPClient(configuration: AsyncHTTPTransport.configuration())
        let endpoint = try #require(Endpoint(url: "http://127.0.0.1:\(server.port)"))
        let request = AWSRequest(
            method: "POST",
            endpoint: endpoint,
            path: "/path%2Fx",
            body: Array("sent".utf8)
        )
        do {
            try await body(server, AsyncHTTPTransport(client), request)
        } catch {
            server.close()
            try await client.shutdown()
            throw error
        }
        server.close()
        try await client.shutdown()
    }
}
