import ArgumentParser
import Fleet
import Logging

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Follow the reports on volumes.orphaned until SIGTERM."
    )

    func run() async throws {
        await ProcessMain.run("berth-janitor") {
            let settings = try ProcessMain.settings()
            LogStart.bootstrap(settings.log)
            let logger = Logger(label: "berth-janitor")
            let janitor = JanitorProcess(
                settings: settings,
                environment: ProcessMain.environment,
                logger: logger
            )
            try await ProcessMain.serve(janitor, logger: logger)
        }
    }
}
