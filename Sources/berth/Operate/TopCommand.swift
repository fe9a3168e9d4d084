import ArgumentParser
import Fleet
import Foundation
import Glibc

struct TopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "The fleet, live: workers, what is under way, queue, lag, recent failures.",
        discussion: """
            Redraws a terminal; elsewhere it prints one look after the other. Reads DynamoDB and Kafka; what can't
            be read is named, and the rest is shown.
            """
    )

    @Flag(help: "Look once and end.")
    var once = false

    @Option(help: "How many seconds between two looks.")
    var every = 2.0

    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard every >= 0.5, every <= 3600 else { throw ValidationError("--every must be from 0.5 to 3600") }
    }

    func run() async throws {
        await ProcessMain.run("berth top") {
            let session = try Session()
            let kafka = try KafkaAccess(session.settings, clientID: "berth-\(UUID())", logger: session.logger)
            try await session.withCloud { cloud in
                // Without tables there is nothing to look at.
                _ = try await cloud.fleet()
                repeat {
                    let snapshot = await FleetSnapshot.take(
                        of: cloud.ledger,
                        lag: { try await kafka.lagByTopic(session.settings) },
                        at: Date()
                    )
                    try show(snapshot)
                    if !once { try await Task.sleep(for: .seconds(every)) }
                } while !once
            }
        }
    }

    private func show(_ snapshot: FleetSnapshot) throws {
        if format.output == .json { return try Printing.json(snapshot) }
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let lines = snapshot.lines(width: isTerminal ? Self.columns : 200)
        // Home and clear, so that a shorter look leaves nothing of a longer one.
        if isTerminal, !once { print("\u{1B}[H\u{1B}[2J", terminator: "") }
        print(lines.joined(separator: "\n"))
        if !isTerminal, !once { print("") }
        fflush(nil)
    }

    private static var columns: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return 100 }
        return Int(size.ws_col)
    }
}
