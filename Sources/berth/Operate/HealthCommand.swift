import ArgumentParser
import Fleet

struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Asks a worker's or janitor's admin port how it is.",
        discussion: """
            Exit codes: 0 it is well, 1 it says that it isn't, 69 nobody answers, 78 no address is known. Made for
            health checks in images without a shell.
            """
    )

    @Option(help: "Where it listens, such as 127.0.0.1:9464; by default BERTH_ADMIN_ADDRESS.")
    var address: String?

    @Flag(help: "Whether it should be left running (/livez), not whether it does its work (/readyz).")
    var live = false

    @Option(help: "How many seconds the answer may take.")
    var within = 2.0

    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard within >= 0.1, within <= 60 else { throw ValidationError("--within must be from 0.1 to 60") }
    }

    func run() async throws {
        await ProcessMain.run("berth health") {
            let flags = address.map { ["admin.address": $0] } ?? [:]
            guard let address = try ProcessMain.settings(flags: flags).admin.address else {
                throw StartError(.configuration, "name an --address, or set BERTH_ADMIN_ADDRESS")
            }
            let report = try await HealthProbe.ask(
                address,
                live ? .live : .ready,
                within: .seconds(within)
            )
            if format.output == .json {
                try Printing.json(report)
            } else {
                for check in report.checks {
                    print("\(check.isGood ? "ok " : "BAD") \(check.name): \(check.detail)")
                }
            }
            guard report.isGood else { throw ProcessStatus(1) }
        }
    }
}
