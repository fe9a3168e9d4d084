import Foundation
import Hummingbird
import ServiceLifecycle

/// Turns what comes from a socket into a `LocalRequest`, and a `LocalResponse` into what goes to it.
struct LocalHTTPResponder: HTTPResponder {
    struct Context: RequestContext {
        var coreContext: CoreRequestContextStorage
        let closeConnection: @Sendable () async throws -> Void

        init(source: ApplicationRequestContextSource) {
            coreContext = CoreRequestContextStorage(source: source)
            let channel = source.channel
            closeConnection = { try await channel.close() }
        }
    }

    let service: any LocalService

    func respond(to request: Request, context: Context) async throws -> Response {
        var request = request
        let body: ByteBuffer
        do {
            body = try await request.collectBody(upTo: LocalHTTPServer.maxBodyBytes)
        } catch {
            // Too long, or the client has gone and reads no answer. The rest of a body that is too long isn't
            // read, so the connection can't be used again.
            return Response(status: .contentTooLarge, headers: [.connection: "close"])
        }
        let local = LocalRequest(
            method: request.method.rawValue,
            target: request.head.path ?? "/",
            headers: Self.headers(of: request),
            body: Data(body.readableBytesView)
        )
        let answer = await service.handle(local)
        switch answer.body {
        case .dropped:
            try? await context.closeConnection()
            throw ConnectionDropped()
        case .data(let data):
            return Response(status: Self.status(answer), headers: Self.fields(answer), body: Self.body(data))
        case .stream(let stream):
            var fields = Self.fields(answer)
            fields[.connection] = "close"
            return Response(
                status: Self.status(answer),
                headers: fields,
                body: Self.body(stream, of: request)
            )
        }
    }

    private struct ConnectionDropped: Error {}

    private static func body(_ data: Data) -> ResponseBody {
        ResponseBody(byteBuffer: ByteBuffer(bytes: data))
    }

    /// Sends chunk by chunk; ends when the stream ends, the client goes, or the stack shuts down.
    private static func body(_ stream: AsyncStream<Data>, of request: Request) -> ResponseBody {
        ResponseBody { writer in
            var writer = writer
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                for await chunk in stream.cancelOnGracefulShutdown() {
                    try await writer.write(ByteBuffer(bytes: chunk))
                }
            }
            try await writer.finish(nil)
        }
    }

    private static func status(_ answer: LocalResponse) -> HTTPResponse.Status {
        HTTPResponse.Status(code: (100...999).contains(answer.status) ? answer.status : 500)
    }

    private static func fields(_ answer: LocalResponse) -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in answer.headers {
            guard let name = HTTPFields.Element.Name(name) else { continue }
            fields.append(HTTPFields.Element(name: name, value: value))
        }
        return fields
    }

    private static func headers(of request: Request) -> [String: String] {
        var headers: [String: String] = [:]
        for field in request.headers {
            let name = field.name.canonicalName
            headers[name] = headers[name].map { "\($0), \(field.value)" } ?? field.value
        }
        headers["host"] = request.head.authority ?? headers["host"]
        return headers
    }
}
