import ArgumentParser
import Fleet

struct MetricsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "What the admin ports show, and a dashboard for it.",
        subcommands: [MetricsListCommand.self, MetricsDashboardCommand.self],
        defaultSubcommand: MetricsListCommand.self
    )
}

struct MetricsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Every metric with its kind, its labels and what it means."
    )

    @OptionGroup var format: OutputOptions

    func run() async throws {
        await ProcessMain.run("berth metrics list") {
            let all = MetricCatalogue.all.sorted { $0.name < $1.name }
            if format.output == .json { return try Printing.json(all) }
            for metric in all {
                let labels = metric.labels.isEmpty ? "" : "{\(metric.labels.joined(separator: ", "))}"
                print("\(metric.name)\(labels)  \(metric.kind.rawValue), \(metric.process.rawValue)")
                print("    \(metric.help)")
            }
        }
    }
}

struct MetricsDashboardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboard",
        abstract: "The fleet's dashboard in Grafana's JSON; what ops/grafana/berth.json holds."
    )

    func run() async throws {
        await ProcessMain.run("berth metrics dashboard") {
            print(try Dashboard.fleet.json(), terminator: "")
        }
    }
}
