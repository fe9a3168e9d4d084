package import NIOCore
import NIOPosix
package import Reservations

/// Asks a host and port for an SSH server's identification string; no key is exchanged and nothing is sent.
package struct SSHProbe: SSHProbing {
    private let group: any EventLoopGroup
    private let deadline: TimeAmount

    /// A probe that gives each greeting, connection included, this long.
    package init(
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        deadline: Duration = .seconds(2)
    ) {
        self.group = group
        self.deadline = TimeAmount(deadline)
    }

    package func greet(host: String, port: Int) async -> SSHGreeting {
        guard (1...65_535).contains(port) else { return .wrong("\(port) is no port") }
        let verdict = group.next().makePromise(of: SSHGreeting.self)
        let bootstrap = ClientBootstrap(group: group)
            .connectTimeout(deadline)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(GreetingHandler(verdict))
                }
            }
        let connection = bootstrap.connect(host: host, port: port)
        connection.whenFailure { error in verdict.succeed(.notYet(Self.explain(error))) }
        let alarm = verdict.futureResult.eventLoop.scheduleTask(in: deadline) {
            // A connection that made it says more about why, in its handler.
            connection.whenComplete { result in
                switch result {
                case .success(let channel):
                    channel.pipeline.fireUserInboundEventTriggered(GreetingHandler.TimeIsUp())
                case .failure(let error): verdict.succeed(.notYet(Self.explain(error)))
                }
            }
        }
        defer {
            alarm.cancel()
            connection.whenSuccess { $0.close(promise: nil) }
        }
        do {
            return try await verdict.futureResult.get()
        } catch {
            return .notYet(Self.explain(error))
        }
    }

    private static func explain(_ error: any Error) -> String {
        String("\(error)".prefix(200))
    }
}

/// Feeds what a server says to the parser, and tells the verdict once.
private final class GreetingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    struct TimeIsUp: Sendable {}

    private let verdict: EventLoopPromise<SSHGreeting>
    private var parser = IdentificationParser()

    init(_ verdict: EventLoopPromise<SSHGreeting>) {
        self.verdict = verdict
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let greeting = parser.take(unwrapInboundIn(data).readableBytesView) { end(context, greeting) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        verdict.succeed(parser.unfinished("the connection ended"))
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is TimeIsUp else { return context.fireUserInboundEventTriggered(event) }
        end(context, parser.unfinished("the time was over"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(context, parser.unfinished("the connection broke (\(error))"))
    }

    private func end(_ context: ChannelHandlerContext, _ greeting: SSHGreeting) {
        verdict.succeed(greeting)
        context.close(promise: nil)
    }
}
