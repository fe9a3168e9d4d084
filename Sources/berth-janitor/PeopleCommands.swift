import ArgumentParser
import Fleet
import Foundation
import Reservations

struct UndoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo",
        abstract: "Bring a volume back: out of quarantine, or from its snapshot once it is deleted.",
        discussion: """
            Restoring makes a new volume, which needs the right to CreateVolume: the caller's own, not the \
            janitor's. Exit code 1: it can't be brought back, or not yet.
            """
    )

    @Argument(help: "The volume's id.")
    var volume: VolumeID

    @Option(name: .customLong("for"), help: "How long it is kept, such as 7d.")
    var span = Until.span(.seconds(7 * 86_400))

    func run() async throws {
        await ProcessMain.run("berth-janitor") {
            let until = span.date(from: SystemTime().now())
            let outcome = try await Asking.janitor { janitor, restorer, _ in
                try await janitor.undo(volume, until: until, restorer: restorer)
            }
            switch outcome {
            case .broughtBack(let until): print("\(volume) is kept until \(until.formatted(.iso8601))")
            case .restored(let made, let snapshot):
                print("\(made) was made from \(snapshot), and is kept until \(until.formatted(.iso8601))")
            case .impossible(let why):
                FileHandle.standardError.write(Data("berth-janitor: \(why)\n".utf8))
                throw ProcessStatus(1)
            }
        }
    }
}

struct KeepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keep",
        abstract: "Keep a volume until a date, whatever the verdict on it is."
    )

    @Argument(help: "The volume's id.")
    var volume: VolumeID

    @Option(
        help: "A date such as 2026-12-24, a UTC time such as 2026-12-24T12:00:00Z, or a span such as 30d."
    )
    var until: Until

    func run() async throws {
        await ProcessMain.run("berth-janitor") {
            let date = until.date(from: SystemTime().now())
            try await Asking.janitor { janitor, _, _ in try await janitor.keep(volume, until: date) }
            print("\(volume) is kept until \(date.formatted(.iso8601))")
        }
    }
}

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let the janitors delete again after they have stopped, with a reason for the record."
    )

    @Option(help: "Why it is right to go on.")
    var reason: String

    func validate() throws {
        guard !reason.trimmingCharacters(in: .whitespaces).isEmpty else {
            throw ValidationError("--reason must say why it is right to go on")
        }
    }

    func run() async throws {
        await ProcessMain.run("berth-janitor") {
            let stop = try await Asking.janitor { janitor, _, _ in try await janitor.resume(because: reason) }
            guard let stop else { return print("the janitors weren't stopped") }
            print("resumed; they had stopped at \(stop.at.formatted(.iso8601)): \(stop.detail)")
        }
    }
}
