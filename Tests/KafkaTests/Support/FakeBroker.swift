import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A listener that speaks just enough of Kafka's protocol to greet, authenticate and describe itself; or none
/// of it.
///
/// An independent witness: it decodes what a client sends byte by byte.
final class FakeBroker: Sendable {
    /// What is sent back for a client's bytes.
    enum Answer: Sendable {
        case accepted
        case refused(code: Int16, words: String)
        /// Bytes of the mechanism, such as OAUTHBEARER's JSON of a failure.
        case bytes(String)
    }

    struct Credentials: Sendable, Hashable {
        let mechanism: String
        let bytes: [UInt8]
    }

    typealias Judge = @Sendable (Credentials) -> Answer

    /// What clients are told to connect to.
    let address: String
    private let channel: any Channel
    private let children: Children

    /// Speaks Kafka's protocol, with SASL if there are mechanisms.
    static func kafka(
        mechanisms: [String] = [],
        tls: NIOSSLContext? = nil,
        judge: @escaping Judge = { _ in .accepted }
    ) async throws -> FakeBroker {
        let children = Children()
        return try await FakeBroker(children, tls: tls) { port in
            FakeBrokerHandler(mechanisms: mechanisms, children: children, port: port, judge: judge)
        }
    }

    /// Answers whatever comes with these bytes, as a server of another kind would, and hangs up.
    static func speaking(_ words: String) async throws -> FakeBroker {
        try await FakeBroker(Children(), tls: nil) { _ in OtherProtocolHandler(words: words) }
    }

    private init(
        _ children: Children,
        tls: NIOSSLContext?,
        handler: @escaping @Sendable (Int) -> some ChannelInboundHandler
    ) async throws {
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    children.add(child)
                    let operations = child.pipeline.syncOperations
                    if let tls { try operations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try operations.addHandler(handler(child.localAddress?.port ?? 0))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.children = children
        address = "127.0.0.1:\(channel.localAddress?.port ?? 0)"
    }

    /// All that clients have shown so far, in order.
    var shown: [Credentials] { children.shown.withLock { $0 } }

    /// Hangs up on everybody; they may come again.
    func dropConnections() {
        for child in children.open.withLock({ $0 }) { child.close(promise: nil) }
    }

    func close() {
        channel.close(promise: nil)
        dropConnections()
    }

    final class Children: Sendable {
        let open = Mutex<[any Channel]>([])
        let shown = Mutex<[Credentials]>([])

        func add(_ child: any Channel) {
            open.withLock { $0.append(child) }
        }
    }
}

private final class OtherProtocolHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let words: String

    init(words: String) {
        self.words = words
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: words)), promise: nil)
    }
}
