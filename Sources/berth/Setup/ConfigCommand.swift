import ArgumentParser
import Fleet
import Foundation

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "The settings.",
        subcommands: [Show.self]
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Every setting: what it is, where that comes from, and what it means."
        )

        func run() async throws {
            await ProcessMain.run("berth config show") {
                let settings = try ProcessMain.settings()
                for state in settings.states {
                    let about = state.description
                    print("\(about.environmentName)=\(state.value ?? "")  (\(state.source.rawValue))")
                    print("    \(about.summary) It must be \(about.rule).")
                }
            }
        }
    }
}
