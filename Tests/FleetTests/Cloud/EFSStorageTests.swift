import AWS
import Fleet
import Foundation
import Reservations
import Synchronization
import Testing

/// As much of EFS as making a user's file system needs.
private final class SmallEFS: Sendable {
    struct FileSystem {
        var id: String
        var token: String
        var state = "creating"
        var created = 1_790_000_000.0
        var tags: [String: String] = [:]
    }

    struct State {
        var fileSystems: [FileSystem] = []
        var targets: [String: String] = [:]
        var lifecycles: [String] = []
        var created: [AWSRequest] = []
        /// Describes until something new is available.
        var delay = 2
        /// Answers to give instead, by the request's method and last path segment.
        var refusals: [String: AWSResponse] = [:]
        var losesNextCreate = false
        var conflictingSubnets: Set<String> = []
    }

    let state = Mutex(State())

    var transport: ScriptedAWS { ScriptedAWS { request throws(TransportError) in try self.answer(request) } }

    private func answer(_ request: AWSRequest) throws(TransportError) -> AWSResponse {
        let path = request.path.split(separator: "/").dropFirst().map(String.init)
        return try state.withLock { state throws(TransportError) in
            if let refusal = state.refusals["\(request.method) \(path.last ?? "")"] { return refusal }
            switch (request.method, path.first, path.count) {
            case ("GET", "file-systems", _): return Self.describe(request, &state)
            case ("POST", "file-systems", _): return try Self.create(request, &state)
            case ("PUT", "file-systems", 3):
                state.lifecycles.append(String(decoding: request.body, as: UTF8.self))
                return .json(200, "{\"LifecyclePolicies\": []}")
            case ("GET", "mount-targets", _): return Self.targets(&state)
            case ("POST", "mount-targets", _): return Self.mount(request, &state)
            default: return .json(404, "{}")
            }
        }
    }

    private static func value(_ name: String, _ request: AWSRequest) -> String? {
        request.query.first { $0.name == name }?.value
    }

    private static func describe(_ request: AWSRequest, _ state: inout State) -> AWSResponse {
        state.delay -= 1
        if state.delay < 0 {
            for index in state.fileSystems.indices where state.fileSystems[index].state == "creating" {
                state.fileSystems[index].state = "available"
            }
        }
        let token = value("CreationToken", request)
        let id = value("FileSystemId", request)
        let found = state.fileSystems.filter {
            (token == nil || $0.token == token) && (id == nil || $0.id == id)
        }
        return .json(200, "{\"FileSystems\": [\(found.map(json).joined(separator: ","))]}")
    }

    private static func json(_ one: FileSystem) -> String {
        let tags = one.tags.map { "{\"Key\": \"\($0.key)\", \"Value\": \"\($0.value)\"}" }.joined(
            separator: ","
        )
        return """
            {"FileSystemId": "\(one.id)", "CreationToken": "\(one.token)", "LifeCycleState": "\(one.state)",
             "CreationTime": \(one.created), "Tags": [\(tags)]}
            """
    }

    private struct Creation: Decodable {
        struct Tag: Decodable {
            let Key: String
            let Value: String
        }

        let CreationToken: String
        let Tags: [Tag]
    }

    private static func create(
        _ request: AWSRequest,
        _ state: inout State
    ) throws(TransportError) -> AWSResponse {
        guard let wish = try? JSONDecoder().decode(Creation.self, from: Data(request.body)) else {
            return .json(400, "{\"ErrorCode\": \"BadRequest\"}")
        }
        state.created.append(request)
        if let there = state.fileSystems.first(where: { $0.token == wish.CreationToken }) {
            return .json(
                409,
                "{\"ErrorCode\": \"FileSystemAlreadyExists\", \"Message\": \"m\", \"FileSystemId\": \"\(there.id)\"}"
            )
        }
        var made = FileSystem(id: "fs-new\(state.fileSystems.count)", token: wish.CreationToken)
        for tag in wish.Tags { made.tags[tag.Key] = tag.Value }
        state.fileSystems.append(made)
        if state.losesNextCreate {
            state.losesNextCreate = false
            throw TransportError(.connectionLost, "gone")
        }
        return .json(201, json(made))
    }

    private static func targets(_ state: inout State) -> AWSResponse {
        let all = state.targets.map { subnet, status in
            "{\"MountTargetId\": \"fsmt-\(subnet)\", \"FileSystemId\": \"fs\", \"SubnetId\": \"\(subnet)\","
                + " \"LifeCycleState\": \"\(status)\"}"
        }
        for (subnet, status) in state.targets where status == "creating" {
            state.targets[subnet] = "available"
        }
        return .json(200, "{\"MountTargets\": [\(all.joined(separator: ","))]}")
    }

    private static func mount(_ request: AWSRequest, _ state: inout State) -> AWSResponse {
        struct Wish: Decodable { let SubnetId: String }
        guard let wish = try? JSONDecoder().decode(Wish.self, from: Data(request.body)) else {
            return .json(400, "{\"ErrorCode\": \"BadRequest\"}")
        }
        if state.conflictingSubnets.contains(wish.SubnetId) {
            return .json(409, "{\"ErrorCode\": \"MountTargetConflict\", \"Message\": \"m\"}")
        }
        state.targets[wish.SubnetId] = "creating"
        return .json(
            200,
            "{\"MountTargetId\": \"fsmt-\(wish.SubnetId)\", \"FileSystemId\": \"fs\","
                + " \"SubnetId\": \"\(wish.SubnetId)\", \"LifeCycleState\": \"creating\"}"
        )
    }
}

@Suite("Users' file systems") struct EFSStorageTests {
    private let efs = SmallEFS()
    private let user = Sample.user

    private func storage(_ subnets: [String] = ["subnet-a", "subnet-b"]) throws -> EFSStorage {
        guard let region = Region("eu-central-1") else { throw TestFailure("no region") }
        return EFSStorage(
            EFS(try .test(efs.transport)),
            region: region,
            settings: EFSSettings(fleet: Sample.fleet, subnets: subnets, securityGroups: ["sg-1"]),
            time: LeapingTime()
        )
    }

    private func failure(_ storage: EFSStorage) async -> SetupError? {
        do {
            _ = try await storage.fileSystem(for: user)
            return nil
        } catch {
            return error
        }
    }

    @Test func `one is made, with its tags, its life cycle and its mount targets`() async throws {
        let made = try #require(try await storage().fileSystem(for: user))
        #expect(made.id == "fs-new0")
        #expect(made.server == "fs-new0.efs.eu-central-1.amazonaws.com")
        efs.state.withLock { state in
            #expect(state.fileSystems.first?.tags["gpu-dev-user"] == "ada@example.com")
            #expect(state.fileSystems.first?.tags["Name"] == "gpu-dev-shared-ada")
            #expect(state.fileSystems.first?.tags["ManagedBy"] == "gpu-dev-cli")
            #expect(state.fileSystems.first?.token.count == 64)
            #expect(state.targets == ["subnet-a": "available", "subnet-b": "available"])
            #expect(state.lifecycles.count == 1)
            #expect(state.lifecycles.first?.contains("AFTER_30_DAYS") == true)
        }
    }

    @Test func `the same one is found again, and nothing more is made`() async throws {
        let first = try await storage().fileSystem(for: user)
        let second = try await storage().fileSystem(for: user)
        #expect(first == second)
        efs.state.withLock { state in
            #expect(state.created.count == 1)
            #expect(state.lifecycles.count == 1)
        }
    }

    @Test func `a lost answer makes no second one`() async throws {
        efs.state.withLock { $0.losesNextCreate = true }
        let made = try #require(try await storage().fileSystem(for: user))
        #expect(made.id == "fs-new0")
        efs.state.withLock { #expect($0.fileSystems.count == 1) }
    }

    @Test func `the newest of the replaced system's is taken, and left as it is`() async throws {
        efs.state.withLock { state in
            for (number, created) in [(1, 1.0), (2, 3.0), (3, 2.0)] {
                var old = SmallEFS.FileSystem(
                    id: "fs-old\(number)",
                    token: "gpu-dev-\(number)",
                    state: "available"
                )
                old.created = created
                old.tags = ["gpu-dev-user": "ada@example.com"]
                state.fileSystems.append(old)
            }
            var dying = SmallEFS.FileSystem(id: "fs-dying", token: "gpu-dev-9", state: "deleting", created: 9)
            dying.tags = ["gpu-dev-user": "ada@example.com"]
            state.fileSystems.append(dying)
            var foreign = SmallEFS.FileSystem(
                id: "fs-bob",
                token: "gpu-dev-8",
                state: "available",
                created: 8
            )
            foreign.tags = ["gpu-dev-user": "bob@example.com"]
            state.fileSystems.append(foreign)
        }
        let found = try #require(try await storage().fileSystem(for: user))
        #expect(found.id == "fs-old2")
        efs.state.withLock { state in
            #expect(state.created.isEmpty)
            #expect(state.lifecycles.isEmpty)
        }
    }

    @Test func `a zone's mount target in another subnet serves as well`() async throws {
        efs.state.withLock { state in
            state.conflictingSubnets = ["subnet-b"]
            state.targets = ["subnet-z": "available"]
        }
        #expect(try await storage().fileSystem(for: user) != nil)
    }

    @Test func `without subnets there is no shared storage`() async throws {
        #expect(try await storage([]).fileSystem(for: user) == nil)
        efs.state.withLock { #expect($0.created.isEmpty) }
    }

    @Test func `one that never becomes available is waited for as long as the budget`() async throws {
        efs.state.withLock { $0.delay = .max }
        let error = await failure(try storage())
        #expect(error?.isPassing == true)
    }

    @Test func `one in error is a final failure`() async throws {
        _ = try await storage().fileSystem(for: user)
        efs.state.withLock { $0.fileSystems[0].state = "error" }
        #expect(await failure(try storage())?.isPassing == false)
    }

    @Test(arguments: [
        ("ThrottlingException", 429, true), ("InternalServerError", 500, true),
        ("AccessDeniedException", 403, false),
        ("BadRequest", 400, false), ("NeverHeardOf", 400, false), ("NeverHeardOf", 503, true),
    ])
    func `a refusal passes or doesn't`(name: String, status: Int, isPassing: Bool) async throws {
        efs.state.withLock { state in
            state.refusals["POST file-systems"] = .json(
                status,
                "{\"ErrorCode\": \"\(name)\", \"Message\": \"m\"}"
            )
        }
        #expect(await failure(try storage())?.isPassing == isPassing)
    }
}
