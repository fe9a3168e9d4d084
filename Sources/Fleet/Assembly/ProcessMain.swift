import Foundation
import Glibc
package import Logging
import ServiceLifecycle
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

    /// Runs a service until SIGTERM or SIGINT, which end it gracefully; a second one ends it at once.
    ///
    /// SIGHUP reads the settings again.
    package static func serve(_ service: any Administered, settings: FleetSettings, logger: Logger)
        async throws
    {
        ProcessMetrics.start()
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
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let hangUps = await UnixSignalsSequence(trapping: .sighup)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask { try await serve(service.admin) }
            tasks.addTask { try await endAtTheSecond(of: signals, logger) }
            tasks.addTask { try await reload(settings, at: hangUps, logger) }
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
    }

    /// Until it is cancelled: whatever ends first ends the process.
    private static func serve(_ admin: AdminDoor) async throws {
        try await admin.run()
        try await Task.sleep(for: .seconds(86_400 * 365))
    }

    /// Reads the settings again at each signal, and says what came of it; a mistake changes nothing.
    private static func reload(
        _ settings: FleetSettings,
        at signals: UnixSignalsSequence,
        _ logger: Logger
    ) async throws {
        for await _ in signals {
            do {
                let next = try Self.settings()
                let reload = SettingReload(from: settings.states, to: next.states)
                ProcessLogLevel.current = next.log.level
                logger.notice(
                    "settings read again",
                    metadata: [
                        "log.level": "\(next.log.level)",
                        "need_restart": "\(reload.needRestart.joined(separator: ", "))",
                    ]
                )
            } catch {
                logger.error("settings not read again: all stays as it was", metadata: ["reason": "\(error)"])
            }
        }
        try await Task.sleep(for: .seconds(86_400 * 365))
    }

    /// Whoever asks twice doesn't want to wait; what is left undone is found in the tables by others.
    private static func endAtTheSecond(of signals: UnixSignalsSequence, _ logger: Logger) async throws {
        var count = 0
        for await signal in signals {
            count += 1
            if count == 1 {
                logger.info("told to end: finishing what is in flight", metadata: ["signal": "\(signal)"])
            } else {
                let words = "told to end a second time: ends at once, others take over what is in flight\n"
                FileHandle.standardError.write(Data(words.utf8))
                // Without what exit(3) would still run: that could wait for a broker.
                _exit(128 + signal.rawValue)
            }
        }
        // The sequence ends early only if this task was cancelled.
        try await Task.sleep(for: .seconds(86_400 * 365))
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
