import Foundation
import Hummingbird
package import Logging

/// Serves health, metrics and state over plain HTTP; reads only.
package struct AdminServer: Sendable {
    private let address: AdminSettings.Address
    private let observed: any Observed
    private let registry: MetricsRegistry
    private let logger: Logger

    /// A server that isn't bound yet.
    package init(
        _ address: AdminSettings.Address,
        observed: any Observed,
        registry: MetricsRegistry,
        logger: Logger
    ) {
        self.address = address
        self.observed = observed
        self.registry = registry
        self.logger = logger
    }

    /// Serves until cancelled.
    ///
    /// - Parameter onBound: is told the port once it listens.
    /// - Throws: ``StartError`` if the address can't be had.
    package func run(onBound: @escaping @Sendable (Int) -> Void = { _ in }) async throws {
        let logger = logger
        // What the server has to say about its connections is nobody's business at info.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            responder: AdminResponder(observed: observed, registry: registry),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                serverName: "berth"
            ),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                logger.info("admin port listens", metadata: ["port": "\(port)"])
                onBound(port)
            },
            logger: quiet
        )
        do {
            try await application.run()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw StartError(
                .configuration,
                "BERTH_ADMIN_ADDRESS: nothing can be served on \(address.host):\(address.port): \(error)"
            )
        }
    }
}

/// The four pages.
struct AdminResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let observed: any Observed
    let registry: MetricsRegistry

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        guard request.method == .get || request.method == .head else {
            return Response(status: .methodNotAllowed, headers: [.allow: "GET, HEAD"])
        }
        switch request.uri.path {
        case "/livez": return try health(await observed.liveness())
        case "/readyz": return try health(await observed.readiness())
        case "/metrics":
            return Self.answer(
                .ok,
                PrometheusText.contentType,
                Data(await PrometheusText.write(registry).utf8)
            )
        case "/debug/state": return try Self.json(.ok, await observed.state())
        default: return Self.answer(.notFound, "text/plain", Data("no such page\n".utf8))
        }
    }

    private func health(_ report: HealthReport) throws -> Response {
        try Self.json(report.isGood ? .ok : .serviceUnavailable, report)
    }

    private static func json(_ status: HTTPResponse.Status, _ body: some Encodable) throws -> Response {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return answer(status, "application/json", try encoder.encode(body) + Data("\n".utf8))
    }

    private static func answer(_ status: HTTPResponse.Status, _ type: String, _ body: Data) -> Response {
        Response(
            status: status,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }
}
