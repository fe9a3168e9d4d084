import ArgumentParser
import Fleet
import Foundation
import Logging
import Reservations

/// How a command writes what it has to say.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

extension VolumeID: ExpressibleByArgument {
    init?(argument: String) { self.init(rawValue: argument) }
}

/// What the commands for people have in common.
enum Asking {
    /// Asks the janitor; logs tell only what goes wrong.
    static func janitor<Result: Sendable>(
        _ question: (Janitor, any VolumeRestoring, FleetSettings) async throws -> Result
    ) async throws -> Result {
        let settings = try ProcessMain.settings()
        var logger = LogStart.logger(label: "berth-janitor", settings.log)
        logger.logLevel = max(settings.log.level, .warning)
        let process = JanitorProcess(
            settings: settings,
            environment: ProcessMain.environment,
            logger: logger
        )
        return try await process.ask { janitor, restorer in
            try await question(janitor, restorer, settings)
        }
    }

    static func print(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        encoder.keyEncodingStrategy = .convertToSnakeCase
        Swift.print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}

/// Until when: a date, or how long from now.
enum Until: ExpressibleByArgument {
    case date(Date)
    case span(Duration)

    init?(argument: String) {
        if let span = Span(argument: argument) {
            self = .span(span.duration)
        } else if let date = LedgerTime.date(argument) ?? LedgerTime.date("\(argument)T00:00:00") {
            self = .date(date)
        } else {
            return nil
        }
    }

    func date(from now: Date) -> Date {
        switch self {
        case .date(let date): date
        case .span(let span): now.addingTimeInterval(span / .seconds(1))
        }
    }
}
