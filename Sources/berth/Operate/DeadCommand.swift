import ArgumentParser

struct DeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead",
        abstract: "Messages that nobody could understand.",
        discussion: """
            What a worker or a janitor can't understand goes to berth.dead, unchanged, with the reason. Look why
            with `list` and `show`; when the cause is gone, `replay` puts the message back where it came from,
            as it was; what nobody needs is put aside with `discard`. Both leave the letter on the topic, with a
            record beside it that says who did what, when and why: `list` then hides it, unless you say --all.

            A replayed request keeps its time. One that is older than BERTH_REQUESTS_MAX_AGE makes no
            reservation any more, and isn't replayed.

            Letters are named partition:offset, as `list` prints them. Exit codes: 0 done, 1 no letter fits or
            some were refused, 69 no broker answers, 78 a setting is wrong.
            """,
        subcommands: [
            DeadListCommand.self, DeadShowCommand.self, DeadReplayCommand.self, DeadDiscardCommand.self,
        ]
    )
}
