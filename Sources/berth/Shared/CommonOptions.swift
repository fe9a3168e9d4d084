import ArgumentParser
import Fleet
import Foundation
import Logging
import Reservations

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

struct OutputOptions: ParsableArguments {
    @Option(help: "text for people, json for programs.")
    var output = OutputFormat.text
}

struct UserOption: ParsableArguments {
    @Option(help: "Who you are to the fleet, normally an e-mail address; by default $USER.")
    var user: String?

    func userID() throws -> UserID {
        guard let text = user ?? ProcessMain.environment["USER"], !text.isEmpty else {
            throw ValidationError("--user is missing, and USER isn't set either")
        }
        guard let id = UserID(rawValue: text) else {
            throw ValidationError("--user must be \(UserID.rule), not '\(text)'")
        }
        return id
    }
}

/// What every command of `berth` starts with.
struct Session {
    let settings: FleetSettings
    let logger: Logger

    init() throws {
        settings = try ProcessMain.settings()
        var logger = LogStart.logger(label: "berth", settings.log)
        // People see results; what the clients notice on the way is for --verbose logs of servers.
        logger.logLevel = max(settings.log.level, .error)
        self.logger = logger
    }

    func cloud() throws -> Cloud {
        try Cloud(settings: settings, environment: ProcessMain.environment, logger: logger)
    }

    /// Does something with the tables and closes the connections whatever comes of it.
    func withCloud<Result>(_ work: (Cloud) async throws -> Result) async throws -> Result {
        let cloud = try cloud()
        do {
            let result = try await work(cloud)
            await cloud.close()
            return result
        } catch {
            await cloud.close()
            throw error
        }
    }
}

enum Printing {
    static func json(_ value: some Encodable) throws {
        let encoder = WireJSON.encoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    static func toStandardError(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}

extension Reservation {
    /// Such as `4`, or `2×4` for two nodes of four.
    var gpusInWords: String {
        guard let count = request?.gpuCount else { return "-" }
        return nodeCount > 1 ? "\(nodeCount)×\(count)" : "\(count)"
    }
}

extension Cloud {
    /// The reservation that an id, or the unique beginning of one of the user's ids or its name, stands for.
    func reservation(_ text: String, of user: UserID?) async throws -> Reservation {
        if let id = ReservationID(rawValue: text) {
            guard let row = try await ledger.reservation(id) else {
                throw StartError(.badData, "there is no reservation \(id)")
            }
            return row
        }
        guard let user else {
            throw StartError(.badData, "'\(text)' is no reservation id; a prefix or name needs --user")
        }
        var found: [Reservation] = []
        for id in try await ledger.reservations(of: user, limit: 200) {
            if id.rawValue.hasPrefix(text.lowercased()), let row = try await ledger.reservation(id) {
                found.append(row)
            } else if let row = try await ledger.reservation(id), row.request?.name == text {
                found.append(row)
            }
        }
        guard let first = found.first else {
            throw StartError(
                .badData,
                "\(user) has no reservation whose id begins with, or whose name is, '\(text)'"
            )
        }
        guard found.count == 1 else {
            let ids = found.map(\.id.short).joined(separator: ", ")
            throw StartError(.badData, "'\(text)' fits \(found.count) reservations: \(ids)")
        }
        return first
    }
}
