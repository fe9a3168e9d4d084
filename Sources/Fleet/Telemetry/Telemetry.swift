import AsyncHTTPClient
import Foundation
package import Logging
import Reservations

/// A process' spans and their way out; without an endpoint there is nothing of it.
package struct Telemetry: Sendable {
    /// How long a process that ends waits for what is still to be sent.
    package static let lastFlush = Duration.seconds(3)

    package let exporter: SpanExporter

    /// Nil where nobody wants spans.
    package init?(_ cloud: Cloud, environment: [String: String], service: String, logger: Logger) {
        let settings = TelemetrySettings(environment: environment, service: service)
        if let complaint = settings.complaint {
            logger.warning("a setting of OpenTelemetry", metadata: ["reason": "\(complaint)"])
        }
        guard let endpoint = settings.endpoint else { return nil }
        logger.info("spans are sent", metadata: ["endpoint": "\(endpoint.absoluteString)"])
        exporter = SpanExporter(
            settings: settings,
            sender: OTLPHTTPSender(
                client: cloud.http,
                endpoint: endpoint,
                headers: settings.headers,
                timeout: settings.timeout
            ),
            time: cloud.time,
            chance: cloud.chance,
            logger: logger
        )
    }

    /// Does the work while spans go out; then they have ``lastFlush`` to leave.
    package func during<Result: Sendable>(_ work: @Sendable () async throws -> Result) async throws -> Result
    {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await exporter.run() }
            let result: Swift.Result<Result, any Error>
            do { result = .success(try await work()) } catch { result = .failure(error) }
            exporter.close()
            group.addTask { try? await Task.sleep(for: Self.lastFlush, clock: .continuous) }
            // Whichever ends first: all is sent, or it has had its time.
            try await group.next()
            group.cancelAll()
            return try result.get()
        }
    }
}
