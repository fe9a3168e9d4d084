import Foundation
import LocalStack

/// A local EFS on manual time: creating takes 7 s, a mount target 30 s, deleting 5 s.
struct EFSBench {
    let clock = ManualTime()
    let faults: FaultPlan
    let efs: LocalEFS

    static let subnet = "subnet-0000000000000000a"

    init(_ change: (inout EFSSettings) -> Void = { _ in }) {
        var settings = EFSSettings()
        settings.creation = .always(.seconds(7))
        settings.mountTargetCreation = .always(.seconds(30))
        settings.deletion = .always(.seconds(5))
        settings.mountTargetDeletion = .always(.seconds(5))
        settings.throttling = nil
        change(&settings)
        faults = FaultPlan(seed: 1, time: clock.time())
        efs = LocalEFS(time: clock.time(), faults: faults, settings: settings)
    }

    func call(_ method: String, _ target: String, _ body: JSONValue? = nil) async throws -> EFSAnswer {
        let data = try body.map { try JSONEncoder().encode($0) } ?? Data()
        let response = await efs.handle(
            LocalRequest(method: method, target: "/2015-02-01/\(target)", body: data)
        )
        guard case .data(let text) = response.body, !text.isEmpty else {
            return EFSAnswer(status: response.status, error: "", document: .null)
        }
        return EFSAnswer(
            status: response.status,
            error: response.headers.first { $0.name == "x-amzn-ErrorType" }?.value ?? "",
            document: try JSONDecoder().decode(JSONValue.self, from: text)
        )
    }

    func create(_ token: String, _ more: [String: JSONValue] = [:]) async throws -> EFSAnswer {
        try await call(
            "POST",
            "file-systems",
            .object(more.merging(["CreationToken": .string(token)]) { $1 })
        )
    }

    func available(_ token: String) async throws -> String {
        let id = try await create(token).text("FileSystemId")
        clock.advance(by: .seconds(7))
        return id
    }

    func mount(_ id: String, _ subnet: String = subnet) async throws -> EFSAnswer {
        try await call("POST", "mount-targets", ["FileSystemId": .string(id), "SubnetId": .string(subnet)])
    }
}

struct EFSAnswer {
    let status: Int
    let error: String
    let document: JSONValue

    func text(_ key: String) -> String { document[key]?.stringValue ?? "" }

    func texts(_ list: String, _ key: String) -> [String] {
        guard case .array(let members) = document[list] else { return [] }
        return members.map { $0[key]?.stringValue ?? "" }
    }
}
