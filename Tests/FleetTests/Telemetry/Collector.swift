import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix
import Synchronization

/// A collector of spans that speaks HTTP, keeps what it gets, and can refuse or keep silent.
final class Collector: Sendable {
    struct Request: Sendable {
        let path: String
        let headers: HTTPHeaders
        let body: Data
    }

    enum Mood: Sendable {
        case takes
        case answers(HTTPResponseStatus)
        case isSilent
    }

    private struct State {
        var requests: [Request] = []
        var moods: [Mood]
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>
    private let channel = Mutex<(any Channel)?>(nil)

    /// The moods are for the first requests, one each.
    init(_ moods: [Mood] = []) { state = Mutex(State(moods: moods)) }

    var requests: [Request] { state.withLock(\.requests) }

    /// Opens a free port.
    func open() async throws -> Int {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.pipeline.configureHTTPServerPipeline().flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(Handler(self))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        channel.withLock { $0 = server }
        return try server.localAddress?.port ?? { throw ChannelError.unknownLocalAddress }()
    }

    func close() async { try? await channel.withLock { $0 }?.close() }

    /// Returns once so many requests came.
    func requests(_ count: Int) async -> [Request] {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.requests.count >= count { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
        return requests
    }

    fileprivate func take(_ request: Request) -> Mood {
        let (mood, due) = state.withLock { state in
            state.requests.append(request)
            let due = state.waiters.filter { $0.count <= state.requests.count }
            state.waiters.removeAll { $0.count <= state.requests.count }
            return (state.moods.isEmpty ? Mood.takes : state.moods.removeFirst(), due)
        }
        for waiter in due { waiter.continuation.resume() }
        return mood
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let collector: Collector
        private var head: HTTPRequestHead?
        private var body = ByteBuffer()

        init(_ collector: Collector) { self.collector = collector }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): (self.head, body) = (head, ByteBuffer())
            case .body(var part): body.writeBuffer(&part)
            case .end: answer(context)
            }
        }

        private func answer(_ context: ChannelHandlerContext) {
            guard let head else { return }
            let request = Request(path: head.uri, headers: head.headers, body: Data(buffer: body))
            let status: HTTPResponseStatus
            switch collector.take(request) {
            case .takes: status = .ok
            case .answers(let other): status = other
            case .isSilent: return
            }
            let headers: HTTPHeaders = ["content-type": "application/json", "content-length": "2"]
            context.write(
                wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: headers))),
                promise: nil
            )
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "{}")))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
