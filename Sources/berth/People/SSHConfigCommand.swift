import ArgumentParser
import Fleet
import Foundation
import Reservations

struct SSHConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ssh-config",
        abstract: "Write an include file for ~/.ssh/config, so that editors and scp find your servers.",
        discussion: """
            Writes `config` and `known_hosts` into a folder, anew each time. Once, put `Include ~/.ssh/berth/config`
            at the top of ~/.ssh/config; then `ssh berth-NAME` (or berth-ID, with the first eight characters of
            the id) works, with the server's host key pinned.
            """
    )

    @OptionGroup var who: UserOption

    @Option(help: "The folder that is written.")
    var folder = "~/.ssh/berth"

    @OptionGroup var format: OutputOptions

    func run() async throws {
        let user = try who.userID()
        await ProcessMain.run("berth ssh-config") {
            let rows = try await Session().withCloud { cloud in
                var rows: [Reservation] = []
                for id in try await cloud.ledger.reservations(of: user, limit: 500) {
                    guard let row = try await cloud.ledger.reservation(id), row.status == .active else {
                        continue
                    }
                    rows.append(row)
                }
                return rows
            }
            let place = URL(filePath: NSString(string: folder).expandingTildeInPath)
            let file = SSHConfigFile(rows, folder: place.path())
            do { try write(file, into: place) } catch {
                throw StartError(
                    .unavailable,
                    "\(place.path()) can't be written: \(error.localizedDescription)"
                )
            }
            if format.output == .json {
                return try Printing.json(file.hosts.map { ["host": $0.alias, "reservation_id": $0.id] })
            }
            for host in file.hosts { print("ssh \(host.alias)") }
            print("\(file.hosts.count) servers in \(place.appending(path: "config").path())")
        }
    }

    private func write(_ file: SSHConfigFile, into place: URL) throws {
        try FileManager.default.createDirectory(
            at: place,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        for (name, text) in [("known_hosts", file.knownHosts), ("config", file.config)] {
            let path = place.appending(path: name)
            // Whole or not at all: ssh may read it meanwhile.
            try Data(text.utf8).write(to: path, options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path.path())
        }
    }
}

/// The two files, from rows: names of users' making are used only where they can mean nothing else to ssh.
struct SSHConfigFile {
    struct Host {
        let alias: String
        let id: String
    }

    private(set) var hosts: [Host] = []
    private(set) var config = "# Written by `berth ssh-config`; it is written anew each time.\n"
    private(set) var knownHosts = ""

    init(_ rows: [Reservation], folder: String) {
        var taken: Set<String> = []
        for row in rows.sorted(by: { $0.createdAt > $1.createdAt }) {
            guard let connection = row.connection else { continue }
            let key = "berth-\(row.id)"
            var aliases = ["berth-\(row.id.short)"]
            if let name = row.request?.name, Self.isPlain(name) { aliases.insert("berth-\(name)", at: 0) }
            // The newest server of a name has it.
            aliases = aliases.filter { taken.insert($0).inserted }
            guard let first = aliases.first else { continue }
            hosts.append(Host(alias: first, id: row.id.rawValue))
            knownHosts += "\(key) \(connection.hostKey)\n"
            add(aliases, connection, key: key, folder: folder)
            for node in row.nodeConnections ?? [] where node.index > 0 {
                guard let connection = node.connection else { continue }
                // All nodes of a reservation have one host key.
                add(aliases.map { "\($0)-n\(node.index)" }, connection, key: key, folder: folder)
            }
        }
    }

    private mutating func add(_ aliases: [String], _ connection: Connection, key: String, folder: String) {
        config += """

            Host \(aliases.joined(separator: " "))
                HostName \(connection.nodeIP)
                Port \(connection.nodePort)
                User \(connection.login)
                HostKeyAlias \(key)
                UserKnownHostsFile "\(folder)/known_hosts"
                GlobalKnownHostsFile /dev/null
                StrictHostKeyChecking yes

            """
    }

    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || [0x2D, 0x2E, 0x5F].contains(byte)
            }
    }
}
