import ArgumentParser
import Fleet
import Foundation

/// Which letters are meant.
struct LetterOptions: ParsableArguments {
    @Option(help: "Only those with this text in the reason, in any case.")
    var reason: String?

    @Option(help: "Only those that came from this topic.")
    var topic: String?

    @Option(help: "Only those with this key.")
    var key: String?

    @Option(help: "Only those that died then or later: 2026-01-31T12:00:00Z, or 2h for so long ago.")
    var since: String?

    @Option(help: "Only those that died before.")
    var until: String?

    var isEmpty: Bool { [reason, topic, key, since, until].allSatisfy { $0 == nil } }

    func validate() throws {
        for (name, text) in [("--since", since), ("--until", until)] {
            guard let text, MomentText.read(text, now: Date()) == nil else { continue }
            throw ValidationError("\(name) must be a time such as 2026-01-31T12:00:00Z, or 2h, not '\(text)'")
        }
    }

    func filter(ids: [LetterID] = [], now: Date) -> LetterFilter {
        var filter = LetterFilter()
        filter.ids = Set(ids)
        filter.reason = reason
        filter.topic = topic
        filter.key = key
        filter.since = since.flatMap { MomentText.read($0, now: now) }
        filter.until = until.flatMap { MomentText.read($0, now: now) }
        return filter
    }
}

extension LetterID: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(argument)
    }
}
