import ArgumentParser
import Fleet
import Foundation
import Kafka

struct DeadShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "All of a letter: reason, origin, headers and body."
    )

    @Argument(help: "The letter, as partition:offset.")
    var id: LetterID

    @OptionGroup var format: OutputOptions

    func run() async throws {
        await ProcessMain.run("berth dead show") {
            let letters = try LetterSession()
            var filter = LetterFilter()
            filter.ids = [id]
            let box = try await letters.read(filter, keepsSettled: true)
            guard let letter = box.letters.first else {
                Printing.toStandardError(
                    "berth dead show: there is no letter \(id) on \(letters.topics.dead.name)"
                )
                throw ProcessStatus(1)
            }
            let settlement = box.settlement(of: id)
            if format.output == .json {
                return try Printing.json(LetterView(letter, settlement, isWhole: true))
            }
            show(letter, settlement)
        }
    }

    private func show(_ letter: Letter, _ settlement: LetterSettlement?) {
        let place = [letter.originalPartition.map { "\($0)" }, letter.originalOffset.map { "\($0)" }]
            .compactMap { $0 }.joined(separator: ":")
        print("letter     \(letter.id)")
        print("reason     \(Shown.line(letter.reason))")
        print("from       \(Shown.line(letter.topic ?? "unknown")) \(place)")
        print("published  \(letter.publishedAt.map(WireJSON.text) ?? "unknown")")
        print("died       \(WireJSON.text(letter.diedAt))")
        print("key        \(Shown.line(letter.keyText ?? "none"))")
        if let settlement {
            let why = settlement.why.map { ": \($0)" } ?? ""
            print(
                "settled    \(settlement.deed.rawValue) at \(WireJSON.text(settlement.at)) by "
                    + Shown.line(settlement.by + why)
            )
        }
        for header in letter.headers {
            print("header     \(Shown.line(header.name)): \(Shown.line(header.text ?? "none"))")
        }
        print("")
        print(Shown.body(letter.value))
    }
}
