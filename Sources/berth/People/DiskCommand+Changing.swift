import ArgumentParser
import Fleet
import Foundation
import Reservations

extension DiskCommand {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "A new, empty disk.",
            discussion: "Nothing is made in EC2 before a reservation asks for it."
        )

        @OptionGroup var target: Target

        @Option(help: "Its size in GiB; by default what the fleet gives.")
        var size: Int?

        @OptionGroup var format: OutputOptions

        func validate() throws {
            if let size, !(1...Disk.mostGiB).contains(size) {
                throw ValidationError("--size must be from 1 to \(Disk.mostGiB)")
            }
        }

        func run() async throws {
            let key = try target.key()
            await ProcessMain.run("berth disk create") {
                let session = try Session()
                let disk = Disk(
                    key: key,
                    head: nil,
                    sizeGiB: size ?? session.settings.worker.disk.sizeGiB,
                    createdAt: Date()
                )
                try await session.withCloud { cloud in
                    if try await cloud.ledger.disk(key) != nil {
                        throw StartError(.badData, "\(key.userID) has a disk '\(key.name)' already")
                    }
                    try await DiskCommand.commit(Decision([.disk(from: nil, to: disk)]), cloud)
                }
                try DiskCommand.show(disk, format.output)
            }
        }
    }

    struct Clone: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "clone",
            abstract: "A new disk that starts from what was last saved of another."
        )

        @OptionGroup var target: Target

        @Argument(help: "The new disk's name.")
        var clone: String

        @OptionGroup var format: OutputOptions

        func run() async throws {
            let key = try target.key()
            let name = try DiskCommand.name(clone)
            await ProcessMain.run("berth disk clone") {
                let disk = try await Session().withCloud { cloud in
                    guard let disk = try await cloud.ledger.disk(key) else {
                        throw StartError(.badData, "\(key.userID) has no disk '\(key.name)'")
                    }
                    if try await cloud.ledger.disk(DiskKey(userID: key.userID, name: name)) != nil {
                        throw StartError(.badData, "\(key.userID) has a disk '\(name)' already")
                    }
                    let pair: (source: Disk, clone: Disk)
                    do { pair = try disk.cloned(as: name, at: Date()) } catch {
                        throw StartError(.badData, "\(error)")
                    }
                    let decision = Decision([
                        .disk(from: disk, to: pair.source), .disk(from: nil, to: pair.clone),
                    ])
                    try await DiskCommand.commit(decision, cloud)
                    return pair.clone
                }
                try DiskCommand.show(disk, format.output)
            }
        }
    }

    struct Grow: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "grow",
            abstract: "A larger disk, from the next reservation on."
        )

        @OptionGroup var target: Target

        @Option(help: "Its new size in GiB.")
        var size: Int

        @OptionGroup var format: OutputOptions

        func run() async throws {
            let size = size
            await DiskCommand.change(try target.key(), "grow", format.output) { disk, _ in
                try disk.grown(to: size)
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Mark a disk as deleted: no reservation gets it any more.",
            discussion: "`berth disk restore` takes that back for a while (BERTH_DISK_RESTORE_PERIOD)."
        )

        @OptionGroup var target: Target
        @OptionGroup var format: OutputOptions

        func run() async throws {
            await DiskCommand.change(try target.key(), "delete", format.output) { disk, _ in
                try disk.deleted(at: Date())
            }
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore",
            abstract: "Take a deletion back."
        )

        @OptionGroup var target: Target
        @OptionGroup var format: OutputOptions

        func run() async throws {
            await DiskCommand.change(try target.key(), "restore", format.output) { disk, session in
                try disk.restored(at: Date(), within: session.settings.worker.disk.restorePeriod)
            }
        }
    }
}
