import ArgumentParser
import Fleet
import Foundation
import Reservations

struct DiskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disk",
        abstract: "Your persistent disks.",
        discussion: """
            A reservation restores a copy of a disk's head, and its end makes a new head. Changing disks needs the
            right to write the table of disks.
            """,
        subcommands: [
            List.self, Show.self, Create.self, Clone.self, Grow.self, Delete.self, Restore.self,
        ]
    )

    struct Target: ParsableArguments {
        @Argument(help: "The disk's name; `default` is the unnamed one.")
        var name: String

        @OptionGroup var who: UserOption

        func key() throws -> DiskKey { DiskKey(userID: try who.userID(), name: try DiskCommand.name(name)) }
    }

    static func name(_ text: String) throws -> DiskName {
        guard let name = DiskName(rawValue: text) else {
            throw ValidationError("a disk's name must be \(DiskName.rule), not '\(text)'")
        }
        return name
    }

    /// Changes a disk as it stands, on condition that it still does.
    static func change(
        _ key: DiskKey,
        _ command: String,
        _ format: OutputFormat,
        _ deed: @escaping (Disk, Session) throws -> Disk
    ) async {
        await ProcessMain.run("berth disk \(command)") {
            let session = try Session()
            let disk = try await session.withCloud { cloud in
                guard let disk = try await cloud.ledger.disk(key) else {
                    throw StartError(.badData, "\(key.userID) has no disk '\(key.name)'")
                }
                let next: Disk
                do { next = try deed(disk, session) } catch let refusal as DiskRefusal {
                    throw StartError(.badData, refusal.description)
                }
                try await commit(Decision([.disk(from: disk, to: next)]), cloud)
                return next
            }
            try show(disk, format)
        }
    }

    static func commit(_ decision: Decision, _ cloud: Cloud) async throws {
        do {
            try await cloud.ledger.commit(decision)
        } catch {
            guard error.code == .refused else { throw error }
            throw StartError(.tryAgain, "the disk changed meanwhile: look at it, and try again")
        }
    }

    static func show(_ disk: Disk, _ format: OutputFormat) throws {
        if format == .json { return try Printing.json(disk) }
        print(line(disk))
    }

    static func line(_ disk: Disk) -> String {
        let state =
            if disk.isDeleted {
                "deleted"
            } else if let holder = disk.holder {
                "in use by \(holder.reservation.short)"
            } else {
                "free"
            }
        return [
            disk.name.rawValue.padding(
                toLength: max(20, disk.name.rawValue.count),
                withPad: " ",
                startingAt: 0
            ),
            "\(disk.sizeGiB) GiB".padding(toLength: 10, withPad: " ", startingAt: 0),
            state.padding(toLength: 18, withPad: " ", startingAt: 0),
            disk.head?.rawValue ?? "nothing saved yet",
        ].joined(separator: "  ")
    }
}
