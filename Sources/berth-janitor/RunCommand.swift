import ArgumentParser
import Fleet
import Logging

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Follow the reports on volumes.orphaned until SIGTERM."
    )

    @Option(help: "Also sweep that often, such as 15m; without it a schedule runs `berth-janitor sweep`.")
    var sweepEvery: Span?

    func run() async throws {
        let interval = sweepEvery?.duration
        await ProcessMain.run("berth-janitor") {
            let settings = try ProcessMain.settings()
            LogStart.bootstrap(settings.log)
            let logger = Logger(label: "berth-janitor")
            let janitor = JanitorProcess(
                settings: settings,
                environment: ProcessMain.environment,
                logger: logger,
                sweepEvery: interval
            )
            try await ProcessMain.serve(janitor, settings: settings, logger: logger)
        }
    }
}

/// A positive span of time as people write it.
struct Span: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        guard let duration = DurationText.read(argument), duration > .zero else { return nil }
        self.duration = duration
    }
}
