import Fleet
import NIOCore
import NIOPosix
import Reservations
import Testing

@Suite struct SSHProbeTests {
    private enum Manner: Sendable {
        case says(String)
        case saysAndCloses(String)
        case closes
        case silent
    }

    /// A server on a port of its own for as long as the test's closure runs.
    private func serving(_ manner: Manner, _ body: (Int) async -> Void) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                switch manner {
                case .silent: return channel.eventLoop.makeSucceededVoidFuture()
                case .closes: return channel.close()
                case .says(let text), .saysAndCloses(let text):
                    let sent = channel.eventLoop.makeSucceededVoidFuture()
                    channel.eventLoop.execute {
                        let written = channel.writeAndFlush(ByteBuffer(string: text))
                        if case .saysAndCloses = manner {
                            written.whenComplete { _ in channel.close(promise: nil) }
                        }
                    }
                    return sent
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        await body(server.localAddress?.port ?? 0)
        try await server.close()
    }

    private let probe = SSHProbe(deadline: .milliseconds(300))

    @Test func `a real banner is ready`() async throws {
        try await serving(.says("SSH-2.0-OpenSSH_9.2p1\r\n")) { port in
            #expect(
                await probe.greet(host: "127.0.0.1", port: port) == .ready(banner: "SSH-2.0-OpenSSH_9.2p1")
            )
        }
    }

    @Test func `lines before the banner don't matter`() async throws {
        try await serving(.says("hello\r\nSSH-2.0-x\r\n")) { port in
            #expect(await probe.greet(host: "127.0.0.1", port: port) == .ready(banner: "SSH-2.0-x"))
        }
    }

    @Test func `something else is wrong`() async throws {
        try await serving(.saysAndCloses("HTTP/1.1 400 Bad Request\r\n\r\n")) { port in
            guard case .wrong = await probe.greet(host: "127.0.0.1", port: port) else {
                Issue.record("an HTTP server was taken for something else")
                return
            }
        }
    }

    @Test("silence, an end and half a banner are not yet", arguments: 0..<3)
    func notYet(index: Int) async throws {
        let manners: [Manner] = [.silent, .closes, .saysAndCloses("SSH-2.0-Ope")]
        try await serving(manners[index]) { port in
            guard case .notYet = await probe.greet(host: "127.0.0.1", port: port) else {
                Issue.record("manner \(index) was no `notYet`")
                return
            }
        }
    }

    @Test func `a port that nobody listens on is not yet`() async throws {
        var free = 0
        try await serving(.silent) { free = $0 }
        guard case .notYet = await probe.greet(host: "127.0.0.1", port: free) else {
            Issue.record("a refused connection was no `notYet`")
            return
        }
    }

    @Test func `a port that can't be one is wrong`() async {
        #expect(await probe.greet(host: "127.0.0.1", port: 70_000) == .wrong("70000 is no port"))
    }
}
