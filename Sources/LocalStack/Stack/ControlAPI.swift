import Foundation

/// The local stack's own API, for people, tests and audits: what there is, faults, settings.
package struct ControlAPI: LocalService {
    package let name = "control"

    let time: StackTime
    let faults: FaultPlan
    let ec2: LocalEC2
    let github: LocalGitHub
    let kafka: LocalKafka?
    let inspected: [any Inspectable]
    let adjusted: [any Adjustable]

    package init(
        time: StackTime,
        faults: FaultPlan,
        ec2: LocalEC2,
        github: LocalGitHub,
        kafka: LocalKafka? = nil,
        inspected: [any Inspectable],
        adjusted: [any Adjustable]
    ) {
        self.time = time
        self.faults = faults
        self.ec2 = ec2
        self.github = github
        self.kafka = kafka
        self.inspected = inspected
        self.adjusted = adjusted
    }

    package func handle(_ request: LocalRequest) async -> LocalResponse {
        do {
            return try await answer(request)
        } catch let problem as ControlProblem {
            return Self.json(status: problem.status, ["error": problem.message])
        } catch let error as EC2Error {
            return Self.json(status: 404, ["error": error.message])
        } catch {
            return Self.json(status: 400, ["error": "\(error)"])
        }
    }

    /// Nothing happens without a request: waits until cancelled.
    package func run() async throws {
        for await _ in AsyncStream<Never>.makeStream().stream {}
    }

    private func answer(_ request: LocalRequest) async throws -> LocalResponse {
        let segments = request.segments
        switch (request.method, segments.first, Array(segments.dropFirst())) {
        case ("GET", nil, _): return Self.json(Self.contents)
        case ("GET", "healthz", []): return Self.json(["status": "ok"])
        case ("GET", "state", []): return Self.json(try await state())
        case (_, "faults", let rest): return try handleFaults(request, rest)
        case (_, "github", let rest) where rest.first == "users":
            return try handleUsers(request, Array(rest.dropFirst()))
        case (_, "kafka", let rest): return try handleKafka(request, rest)
        case ("GET", "settings", []): return Self.json(try settings())
        case ("POST", "settings", []): return Self.json(try adjust(try Self.decoded(request)))
        case ("POST", "volumes", let rest) where rest.count == 2 && rest[1] == "content":
            let mark: ContentMark = try Self.decoded(request)
            try ec2.setContent(mark.content, of: rest[0])
            return Self.json(["content": mark.content])
        case ("GET", .some(let kind), []): return Self.json(try await inventory(of: kind))
        default:
            throw ControlProblem(
                status: 404,
                "there is no \(request.method) \(request.path); GET / lists what there is"
            )
        }
    }

    private struct ContentMark: Decodable {
        var content: String
    }

    private func state() async throws -> StackCounts {
        var counts: [String: Int] = [:]
        for service in inspected { counts.merge(await service.counts()) { $1 } }
        return StackCounts(
            counts: counts,
            faults: faults.armed.count,
            timeScale: time.scale,
            elapsedSeconds: time.elapsed() / .seconds(1)
        )
    }

    private func inventory(of kind: String) async throws -> JSONValue {
        var kinds: [String] = []
        for service in inspected {
            let inventory = try await service.inventory()
            if let found = inventory[kind] { return found }
            kinds += inventory.keys
        }
        throw ControlProblem(
            status: 404,
            "there is no kind '\(kind)'; there are: \(kinds.sorted().joined(separator: ", "))"
        )
    }

    private func settings() throws -> [String: JSONValue] {
        var documents: [String: JSONValue] = [:]
        for service in adjusted { documents[service.name] = try service.settingsDocument() }
        return documents
    }

    /// Lays partial documents, by service, over the settings; all of them fit, or none is taken.
    private func adjust(_ changes: [String: JSONValue]) throws -> [String: JSONValue] {
        let known = Dictionary(adjusted.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        for name in changes.keys where known[name] == nil {
            throw UnknownSetting(path: name, known: Array(known.keys))
        }
        let before = try settings()
        do {
            for (name, change) in changes { try known[name]?.adjust(with: change) }
        } catch {
            for (name, document) in before { try known[name]?.adjust(with: document) }
            throw error
        }
        return try settings()
    }

    private static let contents = [
        "GET /healthz": "whether the stack answers",
        "GET /state": "how many there are of what",
        "GET /volumes, /snapshots, /filesystems, …": "everything of a kind, as it really is",
        "POST /volumes/ID/content": "{\"content\": MARK}: as if somebody had written to the volume",
        "GET, POST, DELETE /faults[/ID]":
            "what goes wrong: a fault, or {\"seed\": N, \"faults\": [FAULT, …]}",
        "GET, POST /github/users; DELETE /github/users/LOGIN": "{\"login\": LOGIN, \"keys\": [KEY, …]}",
        "GET /kafka; POST /kafka/brokers/N": "{\"isUp\": FLAG, \"delayMilliseconds\": N}",
        "POST /kafka/coordinator": "{\"group\": GROUP, \"broker\": N}",
        "POST /kafka/errors; DELETE /kafka/errors/REQUEST": "{\"request\": REQUEST, \"codes\": [CODE, …]}",
        "GET, POST /settings": "{SERVICE: {SETTING: VALUE}}, as much of it as is to change",
    ]

    static func json(status: Int = 200, _ value: some Encodable) -> LocalResponse {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return LocalResponse(status: 500) }
        return .json(status: status, data)
    }

    static func decoded<Value: Decodable>(_ request: LocalRequest) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: request.body)
        } catch {
            throw ControlProblem(status: 400, "the body can't be understood: \(error)")
        }
    }
}

/// Why the control API refuses.
struct ControlProblem: Error {
    let status: Int
    let message: String

    init(status: Int, _ message: String) {
        self.status = status
        self.message = message
    }
}

/// What `GET /state` answers.
package struct StackCounts: Codable, Sendable {
    package var counts: [String: Int]
    package var faults: Int
    package var timeScale: Double
    package var elapsedSeconds: Double
}
