import ArgumentParser
import Fleet

@main
struct BerthBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "berth-bench",
        abstract: "Measures Berth; `ops/bench NAME` sets up what each measurement needs.",
        discussion: """
            A missed goal is printed and doesn't change the exit code: 0 as long as it could be measured.
            """,
        version: BerthVersion.number,
        subcommands: [
            PipelineBench.self, QueueBench.self, AdmissionBench.self, JanitorBench.self,
            MockClusterCommand.self, LanesCommand.self, EtaBench.self, InflightBench.self, ScaleBench.self,
            ScaleReport.self,
        ]
    )
}
