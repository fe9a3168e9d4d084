import ArgumentParser
import LocalStack

struct StateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Says how many volumes, snapshots, pods, rows and so on the stack holds.",
        discussion:
            "With a kind, such as volumes, snapshots, filesystems or writes (what requests to the tables did): "
            + "everything of that kind, as JSON."
    )

    @Argument(help: "A kind to list whole.")
    var kind: String?

    @OptionGroup var stack: StackOptions

    @Option(help: "How to print the counts.")
    var output = OutputFormat.text

    func run() async throws {
        let client = try ControlClient(stack)
        if let kind {
            return try JSONOutput.print(try await client.get("/\(kind)") as JSONValue)
        }
        let state: StackCounts = try await client.get("/state")
        guard output == .text else { return try JSONOutput.print(state) }
        let width = state.counts.keys.map(\.count).max() ?? 0
        for (name, count) in state.counts.sorted(by: { $0.key < $1.key }) {
            print(name + String(repeating: " ", count: width - name.count) + "  \(count)")
        }
        print("faults armed: \(state.faults)")
    }
}
