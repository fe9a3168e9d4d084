import Foundation
import Glibc
package import Logging
package import ServiceLifecycle
import UnixSignals

/// What the main functions of the executables have in common.
package enum ProcessMain {
    /// Reads the settings, or tells the first mistake in one sentence.
    package static func settings(flags: [String: String] = [:]) throws(StartError) -> FleetSettings {
        do {
            return try FleetSettings(from: try SettingSources.load(flags: flags))
        } catch {
            throw StartError(.configuration, "\(error)")
        }
    }

    package static var environment: [String: String] { ProcessInfo.processInfo.environment }

    /// Runs a service until SIGTERM or SIGINT, which end it gracefully.
    package static func serve(_ service: any Service, logger: Logger) async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(
                        service: service,
                        successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .cancelGroup
                    )
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
    }

    /// Does the work of a command; what goes wrong is one sentence on stderr and an exit code of sysexits.h.
    package static func run(_ name: String, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch let status as ProcessStatus {
            exit(status.code)
        } catch let error as StartError {
            fail(name, error.reason, error.code.rawValue)
        } catch {
            fail(name, "\(error)", StartError.Code.unavailable.rawValue)
        }
    }

    private static func fail(_ name: String, _ reason: String, _ code: Int32) {
        FileHandle.standardError.write(Data("\(name): \(reason)\n".utf8))
        exit(code)
    }
}
