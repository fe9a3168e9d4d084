import AWS
import Foundation
import Synchronization

/// As much of EFS as making a user's file system needs.
final class SmallEFS: Sendable {
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
