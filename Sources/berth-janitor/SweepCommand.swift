import ArgumentParser
import Fleet
import Foundation
import Logging
import Reservations

struct SweepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Judge every volume of the fleet once.",
        discussion: """
            Exit codes: 0 nothing was to be done, 10 something was deleted, 11 incomplete (a snapshot or a
            deletion still runs; sweep again), 69 a service can't be reached, 78 a setting is wrong.
            """
    )

    enum Output: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Option(help: "text for people, json for programs.")
    var output = Output.text

    func run() async throws {
        await ProcessMain.run("berth-janitor") {
            let settings = try ProcessMain.settings()
            LogStart.bootstrap(settings.log)
            let janitor = JanitorProcess(
                settings: settings,
                environment: ProcessMain.environment,
                logger: Logger(label: "berth-janitor")
            )
            let isTerminal = isatty(STDERR_FILENO) == 1
            let report = try await janitor.sweep(within: settings.janitor.sweepLimit) { report in
                guard isTerminal else { return }
                let line = "\rjudged \(report.kept + report.deleted.count) of \(report.volumes) volumes"
                FileHandle.standardError.write(Data(line.utf8))
            }
            if isTerminal { FileHandle.standardError.write(Data("\n".utf8)) }
            try show(report)
            if !report.isComplete { throw ProcessStatus(11) }
            if !report.deleted.isEmpty { throw ProcessStatus(10) }
        }
    }

    private func show(_ report: SweepReport) throws {
        switch output {
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            encoder.dateEncodingStrategy = .iso8601
            encoder.keyEncodingStrategy = .convertToSnakeCase
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
        case .text:
            print(
                "\(report.volumes) volumes: \(report.kept) kept, \(report.deleted.count) deleted, "
                    + "\(report.open.count) still open"
            )
            for volume in report.deleted { print("deleted  \(volume)") }
            for volume in report.open { print("open     \(volume)") }
        }
    }
}
