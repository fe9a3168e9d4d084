import Hummingbird
package import Logging
import ServiceLifecycle

/// Reaches a service over HTTP/1.1 on the loopback address.
///
/// Runs until cancelled or gracefully shut down, and runs the service beside the socket.
package final class LocalHTTPServer: Service {
    /// Larger request bodies are answered with 413.
    package static let maxBodyBytes = 16 * 1024 * 1024

    private let service: any LocalService
    private let requestedPort: Int
    private let logger: Logger
    private let bound = Announcement<Int>()

    /// - Parameters:
    ///   - service: what answers.
    ///   - port: 0 lets the system choose one; `port` tells which.
    ///   - logger: takes what goes wrong with connections.
    package init(_ service: any LocalService, port: Int = 0, logger: Logger = .quiet) {
        self.service = service
        requestedPort = port
        self.logger = logger
    }

    /// The port, once the socket listens.
    ///
    /// - Throws: what kept the server from listening.
    package var port: Int {
        get async throws { try await bound.value }
    }

    package func run() async throws {
        do {
            try await serve()
            bound.announce(.failure(CancellationError()))
        } catch {
            bound.announce(.failure(error))
            throw error
        }
    }

    private func serve() async throws {
        let bound = bound
        let application = Application(
            responder: LocalHTTPResponder(service: service),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: requestedPort)),
            onServerRunning: { channel in
                guard let port = channel.localAddress?.port else { return }
                bound.announce(.success(port))
            },
            logger: logger
        )
        let service = service
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            group.addTask { try await service.run() }
            // Either's end, good or bad, is the end of both. In a graceful shutdown the socket's comes first.
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

extension Logger {
    /// Says nothing short of a disaster: connections that break are what a stack is for.
    package static var quiet: Logger {
        var logger = Logger(label: "berth.local")
        logger.logLevel = .critical
        return logger
    }
}

/// Serves a service for as long as the body takes.
@discardableResult
package func withLocalServer<Value: Sendable>(
    _ service: any LocalService,
    port: Int = 0,
    logger: Logger = .quiet,
    _ body: (_ port: Int) async throws -> Value
) async throws -> Value {
    let server = LocalHTTPServer(service, port: port, logger: logger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        let value: Value
        do {
            value = try await body(try await server.port)
        } catch {
            group.cancelAll()
            throw error
        }
        group.cancelAll()
        while let end = await group.nextResult() {
            if case .failure(let error) = end, !(error is CancellationError) { throw error }
        }
        return value
    }
}
