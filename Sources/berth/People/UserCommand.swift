import ArgumentParser
import Fleet
import Foundation
import Reservations

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Which GitHub login each user is bound to.",
        discussion: """
            A user is bound to the GitHub login of the first reservation; another login is refused from then on.
            """,
        subcommands: [List.self, Show.self, Rebind.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "All users and their logins."
        )

        @OptionGroup var format: OutputOptions

        func run() async throws {
            await ProcessMain.run("berth user list") {
                let rows = try await Session().withCloud { try await $0.ledger.users() }
                if format.output == .json { return try Printing.json(rows) }
                if rows.isEmpty { return print("nobody is bound yet") }
                for row in rows {
                    let user = row.userID.rawValue.padding(toLength: 32, withPad: " ", startingAt: 0)
                    print("\(user)  \(row.login?.rawValue ?? "-")")
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "One user's login, and who bound it."
        )

        @Argument(help: "The user's id.")
        var user: String

        @OptionGroup var format: OutputOptions

        func run() async throws {
            let id = try UserCommand.userID(user)
            await ProcessMain.run("berth user show") {
                guard let row = try await Session().withCloud({ try await $0.ledger.user(id) }) else {
                    throw StartError(.badData, "user \(id) isn't bound to a GitHub login yet")
                }
                if format.output == .json { return try Printing.json(row) }
                print("user:   \(row.userID)")
                print("login:  \(row.login?.rawValue ?? "-")")
                print("since:  \(row.boundAt.formatted(.iso8601))")
                if let reservation = row.boundBy { print("by:     reservation \(reservation)") }
                if let name = row.operatorName { print("by:     \(name): \(row.reason ?? "")") }
            }
        }
    }

    struct Rebind: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rebind",
            abstract: "Bind a user to another GitHub login.",
            discussion: """
                An operator's: it needs the right to write the table of users. What runs stays as it is; what
                still waits with the old login is refused its disk.
                """
        )

        @Argument(help: "The user's id.")
        var user: String

        @Argument(help: "The GitHub login.")
        var login: String

        @Option(help: "Why; it is kept with the binding.")
        var reason: String

        @OptionGroup var format: OutputOptions

        func validate() throws {
            guard GitHubLogin(rawValue: login) != nil else {
                throw ValidationError("LOGIN must be \(GitHubLogin.rule), not '\(login)'")
            }
            guard !reason.trimmingCharacters(in: .whitespaces).isEmpty else {
                throw ValidationError("--reason must say something")
            }
        }

        func run() async throws {
            let id = try UserCommand.userID(user)
            await ProcessMain.run("berth user rebind") {
                let row = try await Session().withCloud { try await rebind(id, $0) }
                if format.output == .json { return try Printing.json(row) }
                print("user \(row.userID) is bound to the GitHub login \(row.login?.rawValue ?? "-")")
            }
        }

        private func rebind(_ id: UserID, _ cloud: Cloud) async throws -> UserBinding {
            let standing = try await cloud.ledger.user(id)
            let now = Date()
            let row = (standing ?? UserBinding(userID: id, login: nil, boundAt: now)).rebound(
                to: GitHubLogin(unchecked: login),
                by: ProcessMain.environment["USER"] ?? "unknown",
                because: reason,
                at: now
            )
            do {
                try await cloud.ledger.commit(Decision([.user(from: standing, to: row)]))
            } catch {
                guard error.code == .refused else { throw error }
                throw StartError(.tryAgain, "the binding of \(id) changed meanwhile: look, and try again")
            }
            return row
        }
    }

    static func userID(_ text: String) throws -> UserID {
        guard let id = UserID(rawValue: text) else {
            throw ValidationError("USER must be \(UserID.rule), not '\(text)'")
        }
        return id
    }
}
