import NIOCore
import NIOPosix
import Synchronization

/// A stretch of network between client and server that a test can break and mend.
///
/// Broken, it drops the connections it has, in the middle of whatever they carry, and each new one at once.
final class Relay: Sendable {
    private struct State {
        var isBroken = false
        var open: [ObjectIdentifier: any Channel] = [:]
        /// Connections that were ever let through.
        var passed = 0
    }

    private let state = Mutex(State())
    private let target: Int

    private init(to target: Int) {
        self.target = target
    }

    /// How many connections were ever let through.
    var passed: Int { state.withLock { $0.passed } }

    func cut() {
        let channels = state.withLock { state in
            state.isBroken = true
            return Array(state.open.values)
        }
        for channel in channels { channel.close(promise: nil) }
    }

    func mend() {
        state.withLock { $0.isBroken = false }
    }

    /// Relays to a local port for as long as the body takes.
    static func run<Value>(to target: Int, _ body: (Relay, Int) async throws -> Value) async throws -> Value {
        let relay = Relay(to: target)
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { relay.accept($0) }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let value = try await body(relay, server.localAddress?.port ?? 0)
            relay.cut()
            try await server.close()
            return value
        } catch {
            relay.cut()
            try await server.close()
            throw error
        }
    }

    /// A client's connection: reads nothing until its other half is there.
    private func accept(_ client: any Channel) -> EventLoopFuture<Void> {
        guard admit(client) else { return client.close() }
        return ClientBootstrap(group: client.eventLoop)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: target)
            .flatMap { server in
                guard self.admit(server) else { return client.close() }
                return client.pipeline.addHandler(Forward(to: server))
                    .flatMap { server.pipeline.addHandler(Forward(to: client)) }
                    .flatMap { client.setOption(.autoRead, value: true) }
                    .flatMap { server.setOption(.autoRead, value: true) }
            }
    }

    private func admit(_ channel: any Channel) -> Bool {
        let isAdmitted = state.withLock { state in
            guard !state.isBroken else { return false }
            state.open[ObjectIdentifier(channel)] = channel
            state.passed += 1
            return true
        }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { $0.open[ObjectIdentifier(channel)] = nil }
        }
        return isAdmitted
    }
}

/// Hands what one side sends to the other, and closes it behind.
private final class Forward: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let other: any Channel

    init(to other: any Channel) {
        self.other = other
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        other.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        other.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
