import ArgumentParser
import Fleet

extension CheckupRole: ExpressibleByArgument {}

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Whether everything that a process of the fleet needs is there, and what to change.",
        discussion: """
            Asks Kafka, DynamoDB, EC2, EFS and Kubernetes, with the settings and credentials that it is started
            with: run it where, and as whom, the worker or janitor will run. Changes nothing: rights are asked for
            by dry runs, writes whose condition can't hold, and access reviews.

            Exit codes: 0 nothing is wrong (advice may be given), 1 something is, 78 a setting is wrong.
            """
    )

    @Option(help: "Whose rights are looked at.")
    var role = CheckupRole.worker

    @OptionGroup var format: OutputOptions

    func run() async throws {
        await ProcessMain.run("berth doctor") {
            let session = try Session()
            let checkup = Checkup(
                settings: session.settings,
                environment: ProcessMain.environment,
                role: role,
                logger: session.logger
            )
            let lines = await checkup.run()
            if format.output == .json {
                try Printing.json(lines)
            } else {
                for line in lines { print(line.text) }
            }
            guard !lines.contains(where: { $0.verdict == .wrong }) else { throw ProcessStatus(1) }
        }
    }
}
