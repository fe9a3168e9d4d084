import ArgumentParser
import Fleet
import Foundation
import Glibc
import LocalStack
import Logging
import Reservations

/// A sweep over a large fleet on the simulated services, in a process of its own.
struct JanitorBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "janitor",
        abstract: "Calls, memory and time of a sweep over many volumes."
    )

    @Option(help: "How many volumes the fleet has, each with its row.")
    var volumes = 100_000

    @Option(help: "How many of them are left over by reservations that have ended.")
    var leftOver = 10

    @Option(help: "A file for the figures as JSON.")
    var json: String?

    private struct Report: Decodable {
        let volumes: Int
        let kept: Int
        let calls: Int
    }

    func run() async throws {
        await ProcessMain.run("berth-bench janitor") {
            let folder = NSTemporaryDirectory() + "berth-bench-\(UUID().uuidString.lowercased())"
            var configuration = StackConfiguration(directory: folder)
            configuration.timeScale = 1
            configuration.runsPods = false
            configuration.setPodNetwork(second: 83)
            let server = try StackServer(configuration)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await server.run() }
                try await measure(server)
                tasks.cancelAll()
            }
        }
    }

    private func measure(_ server: StackServer) async throws {
        var environment = Dictionary(try await server.endpoints.environment) { $1 }
        environment["BERTH_JANITOR_GRACE"] = "1s"
        environment["BERTH_LOG_LEVEL"] = "warning"
        environment["BERTH_KAFKA_BOOTSTRAP_SERVERS"] = nil
        try await plant(server, environment)
        let clock = ContinuousClock()
        let start = clock.now
        let output = try await sweep(environment)
        let seconds = (clock.now - start) / .seconds(1)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let report = try decoder.decode(Report.self, from: output)
        var usage = rusage()
        getrusage(RUSAGE_CHILDREN.rawValue, &usage)
        let cpu = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
        let size = volumes == 100_000 ? "100k" : "\(volumes)"
        // What is left over costs calls by its number, whatever the size of the fleet.
        let figures = [
            Figure("volumes_judged", Double(report.volumes), unit: "volumes"),
            Figure("volumes_kept", Double(report.kept), unit: "volumes"),
            Figure(
                "calls_per_1000_volumes",
                Double(report.calls) * 1000 / Double(max(report.volumes, 1)),
                unit: "calls",
                atMost: 40
            ),
            Figure("sweep_\(size)_peak_rss_mb", Double(usage.ru_maxrss) / 1024, unit: "MB", atMost: 200),
            Figure("sweep_\(size)_cpu_seconds", cpu, unit: "s", atMost: 60),
            Figure("sweep_\(size)_seconds", seconds, unit: "s"),
        ]
        try Figure.report(figures, to: json)
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
    }

    private func sweep(_ environment: [String: String]) async throws -> Data {
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "berth-janitor")
        let process = Process()
        process.executableURL = program
        process.arguments = ["sweep", "--output", "json"]
        process.environment = environment.merging(ProcessMain.environment) { own, _ in own }
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = await Task { pipe.fileHandleForReading.readDataToEndOfFile() }.value
        process.waitUntilExit()
        guard [0, 10, 11].contains(process.terminationStatus) else {
            throw StartError(.unavailable, "the sweep ended with \(process.terminationStatus)")
        }
        return output
    }

    // MARK: A fleet

    /// As many rows as one transaction of DynamoDB takes, with room.
    private static let batch = 50

    private func plant(_ server: StackServer, _ environment: [String: String]) async throws {
        let settings = try FleetSettings(from: SettingSources(environment: environment))
        var logger = Logger(label: "berth-bench")
        logger.logLevel = .error
        let cloud = try Cloud(settings: settings, environment: environment, logger: logger)
        let fleet = try await cloud.tables.create()
        for start in stride(from: 0, to: volumes, by: Self.batch) {
            var rows: [Decision.Row] = []
            for number in start..<min(start + Self.batch, volumes) {
                rows.append(.reservation(from: nil, to: row(number, fleet, server)))
            }
            try await cloud.ledger.commit(Decision(rows))
        }
        await cloud.close()
    }

    private func row(_ number: Int, _ fleet: FleetID, _ server: StackServer) -> Reservation {
        let id = ReservationID(UUID())
        let isLeft = number < leftOver
        let now = SystemTime().now()
        let user = UserID(unchecked: "user-\(number)@example.com")
        let request = ReservationRequest(
            reservationID: id,
            userID: user,
            gpuType: GPUType(unchecked: "t4"),
            gpuCount: 1,
            durationHours: 8,
            githubUser: GitHubLogin(unchecked: "ada"),
            diskName: DiskName(unchecked: "work")
        )
        var row = Reservation(id: id, request: request, status: isLeft ? .failed : .active, createdAt: now)
        let disk = Disk(
            key: DiskKey(userID: user, name: DiskName(unchecked: "work")),
            head: nil,
            sizeGiB: 1024,
            createdAt: now
        )
        let intent = DiskIntent(
            for: row,
            disk: disk,
            zone: "us-east-2a",
            fleet: fleet,
            defaults: DiskDefaults(),
            at: now
        )
        let made = server.ec2.plant(volumeIn: "us-east-2a", sizeGiB: 1024, tags: intent.tags)
        let volume = VolumeID(unchecked: made)
        row.diskIntent = intent
        row.volumeID = volume
        if isLeft {
            row.receipt = Receipt(startedAt: now, cause: "failed")
            row.receipt?.volumes = [volume]
        } else {
            row.podIntent = PodIntent(
                generation: 1,
                storage: .volume(volume, generation: 1),
                hostKey: "",
                keyCount: 1,
                sharedStorage: nil,
                node: "node-1",
                zone: "us-east-2a",
                writtenAt: now
            )
        }
        return row
    }
}
