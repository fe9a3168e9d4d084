import ArgumentParser
import Fleet
import Foundation
import Kafka
import Reservations

struct DeadReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Put letters back on the topic that they came from.",
        discussion: """
            Key, bytes, headers and time are the original's; the header berth-replayed-from says where it came
            back from. Refused are letters that are too old to make a reservation, those that were dealt with
            before (--again does it all the same), and those that came from elsewhere than the topics of
            requests, commands and orphaned volumes.

            Example: berth dead replay --reason "gpu_type 'h300'" --since 6h --why "the catalog has it now"
            """
    )

    @OptionGroup var choice: LetterChoice

    @Flag(help: "Those that were replayed or discarded before, too.")
    var again = false

    func run() async throws {
        await ProcessMain.run("berth dead replay") {
            let letters = try LetterSession()
            let (box, chosen) = try await choice.read(letters, keepsSettled: again)
            let replay = LetterReplay(
                topics: letters.topics,
                maxAge: letters.session.settings.worker.maxRequestAge,
                now: Date()
            )
            var deeds = LetterDeeds(choice.format.output)
            var ready: [Letter] = []
            for letter in chosen {
                let settlement = box.settlement(of: letter.id)
                if let refusal = replay.refusal(of: letter, settled: settlement, again: again) {
                    deeds.refuse(letter, refusal)
                } else {
                    ready.append(letter)
                }
            }
            try choice.confirm("replay", ready.count)
            try await self.replay(ready, replay, letters, &deeds)
            try deeds.finish(missing: Set(choice.ids).subtracting(chosen.map(\.id)).count)
        }
    }

    private func replay(
        _ ready: [Letter],
        _ replay: LetterReplay,
        _ letters: LetterSession,
        _ deeds: inout LetterDeeds
    ) async throws {
        guard !choice.dryRun else {
            for letter in ready { deeds.add(letter, "would be replayed", letter.topic) }
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
        let progress = LongProgress("replayed", of: "letters")
        for (index, letter) in ready.enumerated() {
            do {
                deeds.add(letter, "replayed", try await clerk.replay(letter, by: replay))
            } catch let error as KafkaError where error.code == .messageTooLarge {
                deeds.refuse(
                    letter,
                    "it is bigger than \(letter.topic ?? "its topic") takes: \(error.advice)"
                )
            } catch {
                await producer.close(within: .seconds(1))
                throw KafkaAccess.startError(error)
            }
            progress.tell(Int64(index + 1), of: Int64(ready.count))
        }
        await producer.close(within: .seconds(5))
    }
}
