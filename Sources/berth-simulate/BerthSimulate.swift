import ArgumentParser
import Simulation

@main
struct BerthSimulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "berth-simulate",
        abstract: "Runs whole fleets in simulated time, and looks for what must never be."
    )

    @Option(help: "How many seeds to run.")
    var seeds = 100

    @Option(help: "The first seed.")
    var from: UInt64 = 1

    @Option(help: "Runs this seed alone.")
    var replay: UInt64?

    @Flag(help: "Prints the log of a replayed run.")
    var verbose = false

    func run() throws {
        guard Deterministic.isCertain else { try Deterministic.startAgain() }
        let campaign = Campaign { print($0) }
        if let replay {
            guard campaign.replay(replay, isVerbose: verbose) else { throw ExitCode.failure }
        } else {
            guard campaign.run(seeds: seeds, from: from) else { throw ExitCode.failure }
        }
    }
}
