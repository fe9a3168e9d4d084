import ArgumentParser
import Fleet

@main
struct BerthJanitor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "berth-janitor",
        abstract:
            "Saves and deletes the volumes that failed, cancelled and expired reservations left behind.",
        discussion: """
            `run` follows the workers' reports; `sweep` is one pass over everything, for a schedule. Several may \
            run at once. `explain` shows why a volume is kept or deleted; `undo` and `keep` overrule it. All \
            settings are environment variables; `berth config show` lists them.
            """,
        version: BerthVersion.number,
        subcommands: [
            RunCommand.self, SweepCommand.self, ExplainCommand.self, OrphansCommand.self, UndoCommand.self,
            KeepCommand.self, ResumeCommand.self,
        ]
    )
}
