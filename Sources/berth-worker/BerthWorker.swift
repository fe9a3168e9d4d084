import ArgumentParser
import Fleet
import Logging

@main
struct BerthWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "berth-worker",
        abstract: "Turns reservation requests into running GPU development servers.",
        discussion: """
            Run as many as you like, with the same settings: they share the requests through a consumer group,
            and adopt each other's work when one ends or dies. All settings are environment variables (or a file
            named by BERTH_CONFIG_FILE); `berth config show` lists them. SIGTERM ends a worker gracefully.

            Exit codes: 0 ended as told, 69 a service can't be reached, 75 declared dead by the others (start a
            new one), 78 a setting is wrong or topics or tables are missing.
            """,
        version: BerthVersion.number
    )

    func run() async throws {
        await ProcessMain.run("berth-worker") {
            let settings = try ProcessMain.settings()
            LogStart.bootstrap(settings.log)
            let logger = Logger(label: "berth-worker")
            let worker = WorkerProcess(
                settings: settings,
                environment: ProcessMain.environment,
                version: BerthVersion.number,
                logger: logger
            )
            try await ProcessMain.serve(worker, settings: settings, logger: logger)
        }
    }
}
