import ArgumentParser
import Fleet
import Foundation
import Glibc

/// Which letters something is done to, and how.
struct LetterChoice: ParsableArguments {
    @Argument(help: "Letters, as partition:offset.")
    var ids: [LetterID] = []

    @OptionGroup var options: LetterOptions

    @Flag(help: "All letters that nobody has dealt with, if nothing else chooses.")
    var everything = false

    @Option(help: "How many at most, the oldest.")
    var limit = 1000

    @Option(help: "For those who look later: why this is done.")
    var why: String?

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @Flag(help: "Don't ask, however many there are.")
    var yes = false

    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard (1...100_000).contains(limit) else {
            throw ValidationError("--limit must be from 1 to 100000, not \(limit)")
        }
        guard !ids.isEmpty || !options.isEmpty || everything else {
            throw ValidationError(
                "which letters? Name them as partition:offset, filter them (--reason, --topic, --key, --since, "
                    + "--until), or say --everything"
            )
        }
    }

    /// The letters that are meant, oldest first, with what was done about them before.
    func read(_ letters: LetterSession, keepsSettled: Bool) async throws -> (LetterBox, [Letter]) {
        // A letter that is named is meant, even if it has been dealt with: then that is said.
        let box = try await letters.read(
            options.filter(ids: ids, now: Date()),
            keepsSettled: keepsSettled || !ids.isEmpty
        )
        for id in ids where !box.letters.contains(where: { $0.id == id }) {
            Printing.toStandardError("there is no letter \(id) that fits")
        }
        return (box, Array(box.letters.prefix(limit)))
    }

    /// Asks a person before it is done to several.
    func confirm(_ deed: String, _ count: Int) throws {
        guard count > 1, !yes, !dryRun, isatty(STDIN_FILENO) == 1 else { return }
        FileHandle.standardError.write(Data("\(deed) \(count) letters? [y/N] ".utf8))
        guard ["y", "yes"].contains(readLine()?.lowercased()) else {
            throw StartError(.tryAgain, "nothing was done; --yes asks no question")
        }
    }
}

/// What became of each letter that was meant.
struct LetterDeeds: Encodable {
    struct Deed: Encodable {
        let id: String
        /// `replayed`, `discarded`, `would be …` or `refused`.
        let outcome: String
        /// Where it stands now, or why it was refused.
        let detail: String?
    }

    private(set) var deeds: [Deed] = []
    private(set) var refused = 0
    private let format: OutputFormat

    init(_ format: OutputFormat) {
        self.format = format
    }

    mutating func add(_ letter: Letter, _ outcome: String, _ detail: String? = nil) {
        deeds.append(Deed(id: "\(letter.id)", outcome: outcome, detail: detail))
        if format == .text { print("\(letter.id)  \(outcome)\(detail.map { "  \(Shown.line($0))" } ?? "")") }
    }

    mutating func refuse(_ letter: Letter, _ why: String) {
        refused += 1
        add(letter, "refused", why)
    }

    /// Prints what programs read, and ends with 1 if not all was done.
    func finish(missing: Int) throws {
        if format == .json { try Printing.json(deeds) }
        if deeds.isEmpty, format == .text { print("no letter fits") }
        if deeds.isEmpty || refused + missing > 0 { throw ProcessStatus(1) }
    }

    func encode(to encoder: any Encoder) throws {
        try deeds.encode(to: encoder)
    }
}
