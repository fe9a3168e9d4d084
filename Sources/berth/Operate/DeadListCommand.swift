import ArgumentParser
import Fleet
import Foundation

struct DeadListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The letters, the newest last."
    )

    @OptionGroup var options: LetterOptions

    @Option(help: "How many at most, the newest.")
    var limit = 50

    @Flag(help: "Those that were replayed or discarded, too.")
    var all = false

    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard (1...100_000).contains(limit) else {
            throw ValidationError("--limit must be from 1 to 100000, not \(limit)")
        }
    }

    func run() async throws {
        await ProcessMain.run("berth dead list") {
            let letters = try LetterSession()
            let box = try await letters.read(options.filter(now: Date()), keepsSettled: all)
            let shown = box.letters.suffix(limit)
            if format.output == .json {
                try Printing.json(shown.map { LetterView($0, box.settlement(of: $0.id)) })
            } else if shown.isEmpty {
                print("no letter fits")
            } else {
                print("ID        DIED                  FROM                    KEY           REASON")
                for letter in shown { print(line(letter, box.settlement(of: letter.id))) }
                let older = box.letters.count - shown.count
                if older > 0 { Printing.toStandardError("\(older) older ones fit, too: --limit shows more") }
            }
            if shown.isEmpty { throw ProcessStatus(1) }
        }
    }

    private func line(_ letter: Letter, _ settlement: LetterSettlement?) -> String {
        func column(_ text: String, _ width: Int) -> String {
            Shown.line(text, atMost: width).padding(toLength: width, withPad: " ", startingAt: 0)
        }
        let mark = settlement.map { " (\($0.deed.rawValue) by \($0.by))" } ?? ""
        return [
            column("\(letter.id)", 8), column(letter.diedAt.formatted(.iso8601), 20),
            column(letter.topic ?? "-", 22), column(letter.keyText ?? "-", 12),
            Shown.line(letter.reason, atMost: 100) + Shown.line(mark),
        ].joined(separator: "  ")
    }
}
