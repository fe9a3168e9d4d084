import ArgumentParser
import LocalStack

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Sets what the local GitHub knows of a user.",
        discussion: "A user with no key file has no keys, which is not the same as being unknown."
    )

    @Argument(help: "The GitHub login.")
    var login: String

    @Argument(help: "Files with public keys.", completion: .file())
    var keyFiles: [String] = []

    @Flag(help: "Makes the user unknown.")
    var remove = false

    @OptionGroup var stack: StackOptions

    func validate() throws {
        guard !remove || keyFiles.isEmpty else { throw ValidationError("--remove takes no key files") }
    }

    func run() async throws {
        let client = try ControlClient(stack)
        if remove { return try await client.delete("/github/users/\(login)") }
        let keys = try keyFiles.flatMap { try KeyFile.keys(in: $0) }
        try await client.post("/github/users", GitHubUser(login: login, keys: keys))
    }
}
