import ArgumentParser
import Fleet
import Foundation
import Kafka
import LocalStack
import Logging

/// From published to admitted: how long a request waits for its row, and what its row costs.
///
/// The services are in this process, the worker is one of its own. No node has a GPU, so that what is admitted
/// then waits in the queue, and the worker does little else than admit.
struct AdmissionBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admission",
        abstract: "Time, rate and writes of the way from a published request to its row.",
        discussion: """
            The time of a row is the table's, not the worker's. As writes count all requests that write, refused \
            ones too, but for the worker's own row and for what only changes rows that are there already.
            """
    )

    @Option(help: "How many requests are published one by one, half of them by users that are new.")
    var paced = 400

    @Option(help: "How many of those are published a second.")
    var rate = 20.0

    @Option(help: "How many requests are published at once.")
    var burst = 2_000

    @Option(help: "How many milliseconds the table takes for a call.")
    var tableMilliseconds = 5

    @Option(help: "A file for the figures as JSON.")
    var json: String?

    func validate() throws {
        guard paced >= 2, burst >= 2, rate > 0, tableMilliseconds >= 0 else {
            throw ValidationError("--paced and --burst are 2 or more, --rate is over 0")
        }
    }

    func run() async throws {
        await ProcessMain.run("berth-bench admission") {
            let folder = NSTemporaryDirectory() + "berth-bench-\(UUID().uuidString.lowercased())"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            var configuration = StackConfiguration(directory: folder)
            configuration.timeScale = 1
            configuration.runsPods = false
            configuration.setPodNetwork(second: 85)
            configuration.kubernetes.nodes = []
            let server = try StackServer(configuration)
            server.dynamoDB.adjust { $0.latency = .milliseconds(tableMilliseconds) }
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await server.run() }
                try await measure(server)
                tasks.cancelAll()
            }
        }
    }

    private func measure(_ server: StackServer) async throws {
        var environment = Dictionary(try await server.endpoints.environment) { $1 }
        environment["BERTH_LOG_LEVEL"] = "error"
        let settings = try FleetSettings(from: SettingSources(environment: environment))
        var logger = Logger(label: "berth-bench")
        logger.logLevel = .error
        let cloud = try Cloud(settings: settings, environment: environment, logger: logger)
        _ = try await cloud.tables.create()
        await cloud.close()
        let worker = try BenchWorker(environment)
        defer { worker.end() }
        let kafka = try KafkaAccess(settings, clientID: "berth-bench-\(UUID())", logger: logger)
        let producer = try kafka.producer()
        let desk = AdmissionDesk(server, producer, settings)
        // The first waits for the worker's start, and counts for nothing.
        try await desk.admitted(try await desk.publish(1, by: 0).map(\.id), within: .seconds(60))
        let before = server.dynamoDB.writes
        let waits = try await pacedWaits(desk)
        let perSecond = try await burstRate(desk)
        let writes = AdmissionWrites(from: before, to: server.dynamoDB.writes, prefix: settings.tables.prefix)
        await producer.close(within: .seconds(5))
        print("The table takes \(tableMilliseconds) ms for a call.")
        print(writes.text)
        try Figure.report(
            [
                Figure("admission_ms_p50", Figure.percentile(0.5, of: waits), unit: "ms"),
                Figure("admission_ms_p99", Figure.percentile(0.99, of: waits), unit: "ms"),
                Figure("admissions_per_second", perSecond, unit: "admissions/s"),
                Figure(
                    "writes_per_admission",
                    Double(writes.counted) / Double(paced + burst),
                    unit: "writes",
                    atMost: 1
                ),
            ],
            to: json
        )
    }

    /// From before each is handed to its producer to its row, in milliseconds.
    private func pacedWaits(_ desk: AdmissionDesk) async throws -> [Double] {
        var published: [AdmissionDesk.Published] = []
        let clock = ContinuousClock()
        var due = clock.now
        let users = paced / 2
        for number in 0..<paced {
            // The second half are second reservations.
            published += try await desk.publish(1, by: 1 + number % users)
            due += .seconds(1 / rate)
            try await clock.sleep(until: due)
        }
        let births = try await desk.admitted(published.map(\.id), within: .seconds(60))
        return published.compactMap { one in births[one.id].map { ($0 - one.at) * 1_000 } }
    }

    private func burstRate(_ desk: AdmissionDesk) async throws -> Double {
        let published = try await desk.publish(burst, by: 1)
        let births = try await desk.admitted(published.map(\.id), within: .seconds(300)).values.sorted()
        guard let first = births.first, let last = births.last, last > first else { return .nan }
        return Double(births.count - 1) / (last - first)
    }
}

/// Publishes requests and looks for their rows.
private struct AdmissionDesk {
    struct Published {
        let id: String
        /// Seconds since 1970.
        let at: Double
    }

    private struct Request: Encodable {
        var reservationID: String
        var userID: String
        var githubUser = "ada"
        var gpuType = "t4"
        var gpuCount = 1
        var durationHours = 1
        var diskName = "bench"

        enum CodingKeys: String, CodingKey {
            case reservationID = "reservation_id"
            case userID = "user_id"
            case githubUser = "github_user"
            case gpuType = "gpu_type"
            case gpuCount = "gpu_count"
            case durationHours = "duration_hours"
            case diskName = "disk_name"
        }
    }

    private let server: StackServer
    private let producer: Producer
    private let settings: FleetSettings

    init(_ server: StackServer, _ producer: Producer, _ settings: FleetSettings) {
        self.server = server
        self.producer = producer
        self.settings = settings
    }

    /// Publishes that many requests of one user, in one call.
    func publish(_ count: Int, by user: Int) async throws -> [Published] {
        let ids = (0..<count).map { _ in UUID().uuidString.lowercased() }
        let records = try ids.map { id in
            ProducerRecord(
                topic: settings.topics.requests.name,
                key: Array(id.utf8),
                value: Array(try JSONEncoder().encode(Request(reservationID: id, userID: "bench-\(user)")))
            )
        }
        let now = Date().timeIntervalSince1970
        for result in await producer.send(records) { _ = try result.get() }
        return ids.map { Published(id: $0, at: now) }
    }

    /// When the rows of these came to be, once all are there.
    @discardableResult
    func admitted(_ ids: [String], within limit: Duration) async throws -> [String: Double] {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        let wanted = Set(ids)
        let table = settings.tables.prefix + "-reservations"
        while true {
            let rows = server.dynamoDB.births.filter { $0.table == table && wanted.contains($0.key) }
            if rows.count >= wanted.count { return Dictionary(rows.map { ($0.key, $0.at) }) { $1 } }
            guard clock.now < deadline else {
                throw StartError(
                    .tryAgain,
                    "\(wanted.count - rows.count) requests weren't admitted in \(limit)"
                )
            }
            try await clock.sleep(for: .milliseconds(200))
        }
    }
}

/// What was written between two readings of the table's counts.
private struct AdmissionWrites {
    private let counts: [(count: DynamoWriteCount, isLeftOut: Bool)]

    init(from before: [DynamoWriteCount], to after: [DynamoWriteCount], prefix: String) {
        let earlier = Dictionary(before.map { ($0.form, $0.requests) }) { $1 }
        counts = after.compactMap { count in
            var count = count
            count.requests -= earlier[count.form] ?? 0
            return count.requests > 0 ? (count, Self.isLeftOut(count.form, prefix)) : nil
        }
    }

    /// The worker's own row, and what becomes of rows that are there already, are no part of an admission.
    private static func isLeftOut(_ form: DynamoWriteForm, _ prefix: String) -> Bool {
        form.touches.allSatisfy { touch in
            touch.table == prefix + "-workers"
                || (touch.table == prefix + "-reservations" && touch.effect == .change)
        }
    }

    var counted: Int { counts.filter { !$0.isLeftOut }.reduce(0) { $0 + $1.count.requests } }

    var text: String {
        counts.map { count, isLeftOut in
            let touches = count.form.touches.map { "\($0.items) \($0.effect.rawValue) in \($0.table)" }
            return "\(count.requests) \(count.form.operation): \(touches.joined(separator: ", "))"
                + (isLeftOut ? "  (left out)" : "")
        }.joined(separator: "\n")
    }
}

/// A worker beside this program.
private struct BenchWorker {
    private let process = Process()

    init(_ environment: [String: String]) throws {
        process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "berth-worker")
        process.environment = environment.merging(ProcessMain.environment) { own, _ in own }
        try process.run()
    }

    func end() {
        process.terminate()
        process.waitUntilExit()
    }
}
