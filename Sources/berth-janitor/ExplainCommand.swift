import ArgumentParser
import Fleet
import Foundation
import Reservations

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show the verdict on a volume, what it rests on, and what would change it.",
        discussion: "Of a volume that is gone: what was seen when it was deleted."
    )

    @Argument(help: "The volume's id.")
    var volume: VolumeID

    @Option(help: "text for people, json for programs.")
    var output = OutputFormat.text

    func run() async throws {
        await ProcessMain.run("berth-janitor") {
            let explanation = try await Asking.janitor { janitor, _, _ in try await janitor.explain(volume) }
            switch output {
            case .json: try Asking.print(json: explanation)
            case .text: print(Self.text(explanation))
            }
        }
    }

    private static func text(_ it: Explanation) -> String {
        var lines = ["\(it.volume): \(it.verdict)"]
        lines += it.reasons.map { "  because \($0)" }
        lines.append("seen")
        lines += it.evidence.map { fact in
            "  \(fact.at.formatted(.iso8601))  \(fact.kind.padding(toLength: 12, withPad: " ", startingAt: 0))"
                + "  \(fact.what)"
        }
        if !it.changes.isEmpty { lines.append("what would change it") }
        lines += it.changes.map { "  \($0)" }
        lines.append("the record")
        let record: [(String, String?)] = [
            ("state", it.state ?? "nothing is recorded of it"), ("stage", it.stage),
            ("due", it.dueAt?.formatted(.iso8601)),
            ("quarantined", it.quarantinedAt?.formatted(.iso8601)),
            ("kept until", it.keepUntil?.formatted(.iso8601)),
            ("confirmed gone", it.deletedAt?.formatted(.iso8601)),
            ("saved as", it.snapshot?.rawValue),
            ("its deletion", it.isExpected ? "is expected" : "counts against the budget"),
        ]
        for (name, value) in record {
            if let value {
                lines.append("  \(name.padding(toLength: 14, withPad: " ", startingAt: 0))  \(value)")
            }
        }
        return lines.joined(separator: "\n")
    }
}
