import Foundation
import Glibc

/// A local stack and a fleet on it, in a folder of their own.
struct TestFleet: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Whoever a test is about, unless it says otherwise; the local GitHub knows her key.
    static let user = "ada"
    private static let publicKey =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK38slsu0bnQ4/jEeC4j5GoFSq8TChWrHs/l7Zmhbdoh ada"

    /// Quick enough for tests, slow enough for a busy machine.
    private static let fast = [
        "BERTH_LOG_FORMAT": "json",
        "BERTH_LEASE_LENGTH": "4s",
        "BERTH_LEASE_BEAT": "1s",
        "BERTH_ADOPT_URGENT": "300ms",
        "BERTH_ADOPT_ALL": "2s",
        "BERTH_POLL_ENDING": "200ms",
        "BERTH_POLL_VOLUME": "200ms",
        "BERTH_WORKER_BACK_OFF": "200ms",
        "BERTH_WORKER_LAST_WORDS": "5s",
        "BERTH_JANITOR_LOOK_AGAIN": "500ms",
        "BERTH_JANITOR_SWEEP_LEASE": "2s",
        // A topic is made of its own for each fleet; a handful of partitions shows as much as many.
        "BERTH_TOPICS_REQUESTS_PARTITIONS": "4",
        "BERTH_TOPICS_COMMANDS_PARTITIONS": "4",
        "BERTH_TOPICS_EVENTS_PARTITIONS": "4",
        "BERTH_TOPICS_ORPHANED_PARTITIONS": "4",
        "BERTH_TOPICS_DEAD_PARTITIONS": "1",
    ]

    let folder: String
    /// What every process of the fleet is started with.
    private(set) var environment: [String: String]
    private let children = Children()

    private init(folder: String) {
        self.folder = folder
        // Nothing of the tester's own: a stray AWS_PROFILE would lead elsewhere.
        environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder,
            // What a killed stack leaves behind goes with the folder.
            "TMPDIR": folder,
        ]
    }

    /// Starts a stack, does something, and ends every process that was started, whatever happened.
    ///
    /// - Parameters:
    ///   - changes: settings beside the fast ones, for all processes; an empty value takes one away.
    ///   - options: further options of `berth-dev up`.
    ///   - hasTopics: whether topics are made, where the stack doesn't bring them.
    ///   - hasTables: whether topics and tables are made.
    ///   - body: the test.
    /// - Throws: what went wrong, with the last words of every process.
    static func with(
        _ changes: [String: String] = [:],
        options: [String] = [],
        hasTopics: Bool = true,
        hasTables: Bool = true,
        _ body: (TestFleet) async throws -> Void
    ) async throws {
        let place = await Places.shared.take()
        defer { Places.shared.give(back: place) }
        let folder = NSTemporaryDirectory() + "berth-test-\(UUID().uuidString.lowercased())"
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            // Pods may log in as another user, who must get through.
            attributes: [.posixPermissions: 0o755]
        )
        var fleet = TestFleet(folder: folder)
        do {
            try await fleet.startStack(network: place, options)
            fleet.environment.merge(fast.merging(changes) { $1 }) { $1 }
            fleet.environment = fleet.environment.filter { !$0.value.isEmpty }
            if hasTables { try await fleet.setUp(hasTopics: hasTopics) }
            try await body(fleet)
        } catch {
            let words = fleet.children.all.map(\.lastWords).filter { !$0.isEmpty }
            await fleet.end()
            throw Failure(description: "\(error)\n\(words.joined(separator: "\n"))")
        }
        await fleet.end()
    }

    private mutating func startStack(network: Int, _ options: [String]) async throws {
        let keys = "\(folder)/ada.pub"
        try Data("\(Self.publicKey)\n".utf8).write(to: URL(filePath: keys))
        let stack = try await start(
            "stack",
            "berth-dev",
            ["up", "--time-scale", "0.02", "--pod-network", "\(network)", "--github-user", "ada=\(keys)"]
                + options
        )
        let said = try await until("the stack\n\(stack.lastWords)") {
            if let exit = stack.ended {
                throw Failure(description: "the stack ended: \(exit)\n\(stack.lastWords)")
            }
            return stack.output.contains("Elsewhere:") ? stack.output : nil
        }
        guard let login = said.firstMatch(of: /the user is ([a-z0-9_-]+)/)?.1 else {
            throw Failure(description: "this machine has no sshd, and pods need one: install openssh-server")
        }
        let exports = try await run("berth-dev", ["env", "--output", "json"])
        environment.merge(try exports.json([String: String].self)) { $1 }
        environment["BERTH_CLUSTER_LOGIN"] = String(login)
        if let external = ExternalKafka.servers {
            environment["BERTH_KAFKA_BOOTSTRAP_SERVERS"] = external
            nameTopics(after: URL(filePath: folder).lastPathComponent)
        }
    }

    /// A Kafka that outlives the test holds other tests' messages.
    private mutating func nameTopics(after prefix: String) {
        for topic in ["requests", "commands", "events", "orphaned", "dead"] {
            environment["BERTH_TOPICS_\(topic.uppercased())"] = "\(prefix).\(topic)"
        }
        environment["BERTH_KAFKA_WORKER_GROUP"] = "\(prefix).workers"
        environment["BERTH_KAFKA_JANITOR_GROUP"] = "\(prefix).janitors"
    }

    private func setUp(hasTopics: Bool) async throws {
        if hasTopics, ExternalKafka.servers != nil {
            try await succeed("berth", ["topics", "create"])
        }
        try await succeed("berth", ["tables", "create"])
    }

    // MARK: Processes

    /// Starts a process that ends with the test.
    func start(
        _ name: String,
        _ program: String,
        _ arguments: [String] = [],
        _ changes: [String: String] = [:]
    ) async throws -> Child {
        let folders = program == "berth-dev" ? ["--directory", "\(folder)/stack"] : []
        let child = try await Child(
            name,
            [try Binaries.path(program)] + arguments + folders,
            environment: environment.merging(changes) { $1 }.filter { !$0.value.isEmpty },
            folder: folder
        )
        children.add(child)
        return child
    }

    /// Runs a command to its end.
    func run(
        _ program: String,
        _ arguments: [String],
        _ changes: [String: String] = [:],
        within limit: Duration = .seconds(60)
    ) async throws -> CommandResult {
        let command = try await start(
            "\(program)-\(UUID().uuidString.prefix(8))",
            program,
            arguments,
            changes
        )
        let exit = try await command.end(within: limit)
        children.remove(command)
        return CommandResult(exit: exit, output: command.output, errors: command.log)
    }

    /// Runs a command that must succeed.
    @discardableResult
    func succeed(
        _ program: String,
        _ arguments: [String],
        _ changes: [String: String] = [:]
    ) async throws -> CommandResult {
        let result = try await run(program, arguments, changes)
        guard result.exit == .code(0) else {
            let line = "\(program) \(arguments.joined(separator: " "))"
            throw Failure(description: "\(line): \(result.exit)\n\(result.errors)\(result.output)")
        }
        return result
    }

    /// Starts a worker and waits until it works.
    @discardableResult
    func worker(_ name: String, _ changes: [String: String] = [:]) async throws -> Child {
        try await ready(try await start(name, "berth-worker", [], changes), "worker started")
    }

    @discardableResult
    func janitor(_ name: String = "janitor", _ changes: [String: String] = [:]) async throws -> Child {
        try await ready(try await start(name, "berth-janitor", ["run"], changes), "janitor started")
    }

    private func ready(_ child: Child, _ words: String) async throws -> Child {
        try await until("'\(words)' of \(child.name)\n\(child.lastWords)", every: .milliseconds(50)) {
            if child.log.contains(words) { return child }
            if let exit = child.ended {
                throw Failure(description: "\(child.name) ended: \(exit)\n\(child.lastWords)")
            }
            return nil
        }
    }

    /// A process by the name that it was started under.
    func process(_ name: String) -> Child? { children.all.first { $0.name == name } }

    private func end() async {
        let all = children.all
        for child in all.reversed() where child.name != "stack" { await child.kill() }
        // The stack takes its pods and its folders with it.
        if let stack = all.first(where: { $0.name == "stack" }) {
            stack.send(SIGTERM)
            _ = try? await stack.end(within: .seconds(8))
            await stack.kill()
        }
        if ProcessInfo.processInfo.environment["BERTH_TEST_KEEP"] == nil {
            try? FileManager.default.removeItem(atPath: folder)
        }
    }
}
