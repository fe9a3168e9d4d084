import ArgumentParser
import Foundation
import LocalStack
import Logging
import ServiceLifecycle
import UnixSignals

struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Starts the stack and runs it until Control-C.",
        discussion: """
            Listens on 127.0.0.1 only, and prints what to export once everything answers. Nothing is kept: when \
            the stack ends, its volumes, tables and topics are gone.

            Time: each latency of the real services is multiplied by --time-scale, and their request limits are \
            loosened as much: 1 is real, 0.1 ten times as fast, 0 has neither waits nor limits. Lifetimes, such \
            as the 12 hours of a client token, aren't scaled.

            Faults: --faults takes a JSON file of what shall go wrong from the start, in the form that \
            "berth-dev fault list --output json" prints:
              {"seed": 7, "faults": [{"service": "ec2", "operation": "CreateVolume", "moment": "after",
                                      "effect": {"drop": {}}, "times": 1}]}

            \(Limits.text)
            """
    )

    @Option(help: "What latencies of the real services are multiplied by.")
    var timeScale = 0.1

    @Option(
        help: "Decides latencies, ids and chances: the same seed and the same calls give the same answers."
    )
    var seed: UInt64 = 1

    @Option(help: "The port of all AWS services; 0 takes a free one.")
    var awsPort = 0

    @Option(help: "The port of GitHub; 0 takes a free one.")
    var githubPort = 0

    @Option(help: "The port of Kubernetes; 0 takes a free one.")
    var kubernetesPort = 0

    @Option(help: "The port of the control API; 0 takes a free one.")
    var controlPort = 0

    @Option(
        help: ArgumentHelp(
            "The second number of the pods' loopback network.",
            discussion:
                "Nodes get the network behind it. Two stacks on one machine need two of them, such as 77 and 79.",
            valueName: "number"
        )
    )
    var podNetwork = 77

    @Option(help: "How often each of the five kinds of node is there.")
    var nodeCopies = 1

    @Option(help: "How many brokers Kafka has.")
    var kafkaBrokers = 1

    @Flag(inversion: .prefixedNo, help: "Whether each pod runs an sshd that can be logged in to.")
    var sshd = true

    @Option(help: ArgumentHelp("Faults to arm at the start.", valueName: "file"), completion: .file())
    var faults: String?

    @Option(
        help: ArgumentHelp(
            "A GitHub user and a file with public keys; may be repeated.",
            valueName: "login=file"
        )
    )
    var githubUser: [String] = []

    @OptionGroup var stack: StackOptions

    func validate() throws {
        guard timeScale.isFinite, (0...100).contains(timeScale) else {
            throw ValidationError("--time-scale must be from 0 to 100")
        }
        guard (1...48).contains(nodeCopies) else {
            throw ValidationError("--node-copies must be from 1 to 48")
        }
        guard (1...253).contains(podNetwork) else {
            throw ValidationError("--pod-network must be from 1 to 253")
        }
        guard (1...9).contains(kafkaBrokers) else {
            throw ValidationError("--kafka-brokers must be from 1 to 9")
        }
        for (name, port) in [
            ("aws", awsPort), ("github", githubPort), ("kubernetes", kubernetesPort),
            ("control", controlPort),
        ] where !(0...65_535).contains(port) {
            throw ValidationError("--\(name)-port must be from 0 to 65535")
        }
    }

    func run() async throws {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var configuration = StackConfiguration(directory: stack.folder.path)
        configuration.timeScale = timeScale
        configuration.ports.aws = awsPort
        configuration.ports.github = githubPort
        configuration.ports.kubernetes = kubernetesPort
        configuration.ports.control = controlPort
        configuration.setPodNetwork(second: podNetwork, nodeCopies: nodeCopies)
        configuration.runsPods = sshd
        configuration.kafkaBrokers = kafkaBrokers
        configuration.githubUsers = try users()
        let plan = try faultList()
        configuration.seed = plan.seed ?? seed
        configuration.faults = plan.faults

        let server = try StackServer(configuration)
        var lifecycle = ServiceGroupConfiguration(
            services: [server],
            gracefulShutdownSignals: [.sigint, .sigterm],
            logger: .quiet
        )
        // Requests under way get this long; then the stack goes anyway.
        lifecycle.maximumGracefulShutdownDuration = .seconds(3)
        let group = ServiceGroup(configuration: lifecycle)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                announce(try await server.endpoints, loginUser: server.loginUser)
            } catch is CancellationError {
                // Stopped before it was ready: there is nothing to announce.
            }
            try await tasks.waitForAll()
        }
    }

    private func announce(_ endpoints: StackEndpoints, loginUser: String?) {
        let option = stack.directory.map { " --directory '\($0)'" } ?? ""
        let pods =
            loginUser.map { "Pods run an sshd; the user is \($0)." }
            ?? "Pods run no sshd: there is none, or --no-sshd was given."
        print(
            """
            The local stack is ready (time × \(endpoints.timeScale), seed \(endpoints.seed)). Control-C ends it.

            \(Env.exports(endpoints))

            \(pods)
            Elsewhere: eval "$(berth-dev env\(option))"
            """
        )
        // Someone may wait for these lines at the other end of a pipe.
        fflush(nil)
    }

    private func faultList() throws -> FaultList {
        guard let faults else { return FaultList(faults: []) }
        guard let data = FileManager.default.contents(atPath: faults) else {
            throw ValidationError("--faults: \(faults) can't be read")
        }
        do {
            return try JSONDecoder().decode(FaultList.self, from: data)
        } catch {
            throw ValidationError("--faults: \(faults) can't be understood: \(error)")
        }
    }

    private func users() throws -> [String: [String]] {
        var users: [String: [String]] = [:]
        for text in githubUser {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw ValidationError("--github-user takes login=file, not '\(text)'")
            }
            users[parts[0], default: []] += try KeyFile.keys(in: parts[1])
        }
        return users
    }
}

/// A file with public keys, one a line.
enum KeyFile {
    static func keys(in path: String) throws -> [String] {
        guard let data = FileManager.default.contents(atPath: path), data.count < 1_048_576 else {
            throw ValidationError("\(path) can't be read")
        }
        return String(decoding: data, as: UTF8.self)
            .split(whereSeparator: \.isNewline)
            .map(String.init)
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
    }
}
