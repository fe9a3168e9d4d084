import ArgumentParser
import Foundation
import LocalStack

struct SettingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Shows or changes how the services behave.",
        discussion: """
            Without arguments: all settings, as JSON. Examples of changes:
              berth-dev settings ec2.creation.fullZones='["us-east-2a"]'
              berth-dev settings ec2.consistency.idLag.median=3 ec2.consistency.idLag.p99=3
              berth-dev settings ec2.creation.repeatOverQuotaFails=false
            Durations are in seconds of the real service's time.
            """
    )

    @Argument(help: ArgumentHelp("What to change; the value is JSON.", valueName: "name=value"))
    var changes: [String] = []

    @OptionGroup var stack: StackOptions

    func run() async throws {
        let client = try ControlClient(stack)
        guard !changes.isEmpty else {
            return try JSONOutput.print(try await client.get("/settings") as JSONValue)
        }
        // One request a change: they take effect in the order in which they stand.
        for change in changes { try await client.post("/settings", try Self.document(change)) }
    }

    private static func document(_ change: String) throws -> JSONValue {
        let sides = change.split(separator: "=", maxSplits: 1).map(String.init)
        guard sides.count == 2,
            let value = try? JSONDecoder().decode(JSONValue.self, from: Data(sides[1].utf8))
        else {
            throw ValidationError(
                "'\(change)' isn't name=value with a value in JSON; texts need their own quotes: a.b='\"c\"'"
            )
        }
        return sides[0].split(separator: ".").reversed().reduce(value) { .object([String($1): $0]) }
    }
}
