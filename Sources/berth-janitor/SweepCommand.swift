import ArgumentParser
import Fleet
import Foundation
import Logging
import Reservations

struct SweepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Judge every volume of the fleet once, and end what ended reservations left elsewhere.",
        discussion: """
            A sweep waits for what is due within --wait: deletions that are to be confirmed, short snapshots. What \
            is due later it leaves to the next pass, or to `berth-janitor run`, and says when that is.

            Exit codes: 0 nothing was to be done, 10 something was done, 11 incomplete (something is due later, \
            or couldn't be looked at; sweep again), 12 the janitors are stopped (the budget is spent, or the world looks \
            wrong), 13 another sweep is running, 69 a service can't be reached, 78 a setting is wrong. With \
            --dry-run, 10 means that there is something to do.
            """
    )

    enum Output: String, ExpressibleByArgument, CaseIterable {
        case text, json, html
    }

    @Option(help: "text or html for people, json for programs.")
    var output = Output.text

    @Option(help: "The longest to wait for what is due, such as 90s; without it BERTH_JANITOR_SWEEP_LIMIT.")
    var wait: Span?

    @Flag(help: "Only say what would be done.")
    var dryRun = false

    @Flag(help: "End with 0 instead of 10, 11 and 13, for schedulers that take anything else for a failure.")
    var forScheduler = false

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
            let report: SweepReport
            do {
                report = try await janitor.sweep(
                    within: wait?.duration ?? settings.janitor.sweepLimit,
                    isDryRun: dryRun
                ) { report in
                    if isTerminal { Self.tell("\r\(SweepText.progress(report))") }
                }
            } catch let refusal as SweepRefusal {
                Self.tell("berth-janitor: \(refusal)\n")
                if forScheduler { return }
                throw ProcessStatus(13)
            }
            if isTerminal { Self.tell("\n") }
            switch output {
            case .json: try Asking.print(json: report)
            case .text: print(SweepText.text(report))
            case .html: print(SweepHTML.page(report))
            }
            let code = Self.exitCode(report)
            if forScheduler, code == 10 || code == 11 { return }
            if code != 0 { throw ProcessStatus(code) }
        }
    }

    private static func exitCode(_ report: SweepReport) -> Int32 {
        if report.stopped != nil || (!report.isDryRun && !report.wouldDelete.isEmpty) { return 12 }
        if !report.isComplete { return 11 }
        return report.didSomething || !report.wouldDelete.isEmpty ? 10 : 0
    }

    private static func tell(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
