import Foundation
import LocalStack
import Testing

struct LocalHTTPServerTests {
    /// Answers by path: an echo, a stream that goes on until its reader goes, or nothing at all.
    private final class Odd: LocalService {
        let name = "odd"
        let isStreamOpen = Announcement<Bool>()
        let isStreamEnded = Announcement<Bool>()

        func handle(_ request: LocalRequest) async -> LocalResponse {
            switch request.path {
            case "/echo%2Fed":
                let values = request.query.map(\.value).joined(separator: "|")
                let text =
                    "\(request.method) \(values) \(request.headers["x-mine"] ?? "") \(request.body.count)"
                return LocalResponse(status: 203, headers: [("X-Yours", "é=1")], body: .data(Data(text.utf8)))
            case "/stream":
                let (stream, continuation) = AsyncStream<Data>.makeStream(
                    bufferingPolicy: .bufferingOldest(8)
                )
                let isStreamEnded = isStreamEnded
                continuation.onTermination = { _ in isStreamEnded.announce(.success(true)) }
                continuation.yield(Data("first\n".utf8))
                isStreamOpen.announce(.success(true))
                return LocalResponse(status: 200, body: .stream(stream))
            default:
                return .dropped
            }
        }

        func run() async throws {
            for await _ in AsyncStream<Never>.makeStream().stream {}
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a request arrives and its answer goes back whole`() async throws {
        try await withLocalServer(Odd()) { port in
            let body = Data(repeating: 7, count: 100_000)
            let reply = try await RawClient(port: port).send("PUT", "/echo%2Fed?a=1&b=x%20y", body)
            #expect(reply.status == 203)
            #expect(reply.has(header: "Date"))
            #expect(reply.has(header: "X-Yours"))
            #expect(reply.body == "PUT 1|x y h 100000")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a connection serves one request after the other`() async throws {
        try await withLocalServer(Odd()) { port in
            let one = "GET /echo%2Fed?n=1 HTTP/1.1\r\nHost: x\r\n\r\n"
            let two = "GET /echo%2Fed?n=2 HTTP/1.1\r\nHost: x\r\n\r\n"
            let reply = try await RawClient(port: port).exchange(Data((one + two).utf8), until: "GET 2")
            #expect(reply.text.contains("GET 1"))
            #expect(!reply.isClosed)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a dropped answer is a closed connection without a byte`() async throws {
        try await withLocalServer(Odd()) { port in
            let reply = try await RawClient(port: port).get("/drop", headers: "")
            #expect(reply.isClosed)
            #expect(reply.text.isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a body that is too long is refused`() async throws {
        try await withLocalServer(Odd()) { port in
            let body = Data(repeating: 0, count: LocalHTTPServer.maxBodyBytes + 1)
            let reply = try await RawClient(port: port).send("POST", "/echo%2Fed", body)
            #expect(reply.status == 413)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a stream sends its first chunk at once and ends when its reader goes`() async throws {
        let service = Odd()
        try await withLocalServer(service) { port in
            let reply = try await RawClient(port: port).get("/stream", headers: "", until: "first\n")
            #expect(reply.status == 200)
            #expect(try await service.isStreamEnded.value)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a port that is taken is an error and not a wait`() async throws {
        try await withLocalServer(Odd()) { port in
            await #expect(throws: (any Error).self) {
                try await withLocalServer(Odd(), port: port) { (_: Int) async throws -> Void in }
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `an open stream doesn't keep the server from ending`() async throws {
        let service = Odd()
        try await withLocalServer(service) { port in
            let reader = Task { try await RawClient(port: port).get("/stream", headers: "") }
            defer { reader.cancel() }
            let isOpen = try await service.isStreamOpen.value
            #expect(isOpen)
        }
        #expect(try await service.isStreamEnded.value)
    }
}
