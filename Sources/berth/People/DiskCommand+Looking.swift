import ArgumentParser
import Fleet
import Foundation
import Reservations

extension DiskCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Your disks, by name.")

        @OptionGroup var who: UserOption

        @Flag(help: "Those that are marked as deleted, too.")
        var all = false

        @OptionGroup var format: OutputOptions

        func run() async throws {
            let user = try who.userID()
            await ProcessMain.run("berth disk list") {
                let disks = try await Session().withCloud { try await $0.ledger.disks(of: user) }
                    .filter { all || !$0.isDeleted }
                if format.output == .json { return try Printing.json(disks) }
                if disks.isEmpty { return print("\(user) has no disks") }
                for disk in disks { print(DiskCommand.line(disk)) }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "All of one disk.")

        @OptionGroup var target: Target
        @OptionGroup var format: OutputOptions

        func run() async throws {
            let key = try target.key()
            await ProcessMain.run("berth disk show") {
                guard let disk = try await Session().withCloud({ try await $0.ledger.disk(key) }) else {
                    throw StartError(.badData, "\(key.userID) has no disk '\(key.name)'")
                }
                if format.output == .json { return try Printing.json(disk) }
                for (name, value) in facts(disk) where !value.isEmpty {
                    print("\((name + ":").padding(toLength: 12, withPad: " ", startingAt: 0))\(value)")
                }
            }
        }

        private func facts(_ disk: Disk) -> [(String, String)] {
            [
                ("disk", disk.name.rawValue),
                ("user", disk.userID.rawValue),
                ("size", "\(disk.sizeGiB) GiB"),
                ("head", disk.head?.rawValue ?? "nothing saved yet"),
                ("version", "\(disk.headVersion)"),
                ("holder", disk.holder.map { "reservation \($0.reservation)" } ?? ""),
                ("created", disk.createdAt.formatted(.iso8601)),
                ("last used", disk.lastUsed?.formatted(.iso8601) ?? ""),
                ("cloned from", disk.clonedFrom ?? ""),
                ("deleted", disk.isDeleted ? disk.deletedAt?.formatted(.iso8601) ?? "yes" : ""),
            ]
        }
    }
}
