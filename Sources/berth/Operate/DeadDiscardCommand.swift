import ArgumentParser
import Fleet
import Foundation
import Kafka
import Reservations

struct DeadDiscardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Put letters aside that nobody needs.",
        discussion: """
            They stay on the topic until its retention ends them; `list` hides them, unless you say --all.

            Example: berth dead discard --reason "not JSON" --until 7d --why "an old producer, fixed"
            """
    )

    @OptionGroup var choice: LetterChoice

    func run() async throws {
        await ProcessMain.run("berth dead discard") {
            let letters = try LetterSession()
            let (box, chosen) = try await choice.read(letters, keepsSettled: false)
            var deeds = LetterDeeds(choice.format.output)
            var ready: [Letter] = []
            for letter in chosen {
                if let settlement = box.settlement(of: letter.id) {
                    deeds.refuse(letter, "it was \(settlement.deed.rawValue) by \(settlement.by) before")
                } else {
                    ready.append(letter)
                }
            }
            try choice.confirm("discard", ready.count)
            try await discard(ready, letters, &deeds)
            try deeds.finish(missing: Set(choice.ids).subtracting(chosen.map(\.id)).count)
        }
    }

    private func discard(
        _ ready: [Letter],
        _ letters: LetterSession,
        _ deeds: inout LetterDeeds
    ) async throws {
        guard !choice.dryRun else {
            for letter in ready { deeds.add(letter, "would be discarded") }
            return
        }
        guard !ready.isEmpty else { return }
        let producer = try letters.kafka.producer()
        let clerk = LetterClerk(
            producer: producer,
            topics: letters.topics,
            by: LetterSession.who,
            why: choice.why,
            time: SystemTime()
        )
        let progress = LongProgress("discarded", of: "letters")
        for (index, letter) in ready.enumerated() {
            do { try await clerk.discard(letter) } catch {
                await producer.close(within: .seconds(1))
                throw KafkaAccess.startError(error)
            }
            deeds.add(letter, "discarded")
            progress.tell(Int64(index + 1), of: Int64(ready.count))
        }
        await producer.close(within: .seconds(5))
    }
}
