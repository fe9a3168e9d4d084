import ArgumentParser
import Fleet
import Foundation
import Reservations

struct SSHCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ssh",
        abstract: "Log in to a running server, with its host key pinned.",
        discussion: """
            What follows `--` goes to ssh: `berth ssh 0b8f3c52 -- nvidia-smi`. Exits with ssh's own code.
            """
    )

    @Argument(help: "The reservation's id, the unique beginning of it, or its name.")
    var reservation: String

    @Option(help: "Which node of a reservation of several.")
    var node = 0

    @OptionGroup var who: UserOption

    @Option(help: "The private key to log in with; by default ssh's own choice.")
    var identity: String?

    @Argument(parsing: .postTerminator, help: "A command to run, and further arguments for ssh.")
    var command: [String] = []

    func run() async throws {
        let user = try? who.userID()
        await ProcessMain.run("berth ssh") {
            var index = node
            let row = try await Session().withCloud { cloud in
                let found = try await cloud.reservation(reservation, of: user)
                guard let place = found.pointer else { return found }
                index = place.index
                return try await cloud.reservation(place.master.rawValue, of: user)
            }
            guard (0..<row.nodeCount).contains(index) else {
                throw StartError(.badData, "reservation \(row.id) has no node \(index)")
            }
            guard row.status == .active, let connection = row.connection(ofNode: index) else {
                throw StartError(
                    .badData,
                    "reservation \(row.id) is \(row.status.rawValue), not active: \(row.detail)"
                )
            }
            throw ProcessStatus(try login(connection))
        }
    }

    private func login(_ connection: Connection) throws -> Int32 {
        let folder = FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(at: folder) }
        let known = folder.appending(path: "known_hosts")
        let line = "[\(connection.nodeIP)]:\(connection.nodePort) \(connection.hostKey)\n"
        try Data(line.utf8).write(to: known)
        let ssh = Process()
        ssh.executableURL = URL(filePath: "/usr/bin/env")
        var arguments = [
            "ssh", "-o", "UserKnownHostsFile=\(known.path())", "-o", "StrictHostKeyChecking=yes",
            "-o", "GlobalKnownHostsFile=/dev/null", "-p", String(connection.nodePort),
        ]
        if let identity { arguments += ["-i", identity, "-o", "IdentitiesOnly=yes"] }
        arguments += ["\(connection.login)@\(connection.nodeIP)"] + command
        ssh.arguments = arguments
        try ssh.run()
        ssh.waitUntilExit()
        return ssh.terminationStatus
    }
}
