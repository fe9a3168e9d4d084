import Foundation
import LocalStack
import Testing

struct ControlAPITests {
    private let faults: FaultPlan
    private let ec2: LocalEC2
    private let control: ControlAPI

    init() {
        let time = ManualTime().time()
        faults = FaultPlan(seed: 1, time: time)
        ec2 = LocalEC2(time: time, faults: faults)
        let github = LocalGitHub(time: time, faults: faults)
        control = ControlAPI(
            time: time,
            faults: faults,
            ec2: ec2,
            github: github,
            inspected: [ec2, github],
            adjusted: [ec2, github]
        )
    }

    private func call(_ method: String, _ target: String, _ body: String = "") async throws -> (
        status: Int, document: JSONValue
    ) {
        let response = await control.handle(
            LocalRequest(method: method, target: target, body: Data(body.utf8))
        )
        guard case .data(let data) = response.body, !data.isEmpty else { return (response.status, .null) }
        return (response.status, try JSONDecoder().decode(JSONValue.self, from: data))
    }

    @Test func `volumes are shown with what EC2 hides`() async throws {
        let id = ec2.plant(volumeIn: "us-east-2a", sizeGiB: 5, content: "work")
        let volumes = try await call("GET", "/volumes")
        guard case .array(let list) = volumes.document else { throw Unexpected() }
        #expect(list.first?["id"]?.stringValue == id)
        #expect(list.first?["content"]?.stringValue == "work")
        let state = try await call("GET", "/state")
        #expect(state.document["counts"]?["volumes"] == .integer(1))
        #expect(state.document["counts"]?["volumes available"] == .integer(1))
    }

    @Test func `content is marked from outside`() async throws {
        let id = ec2.plant(volumeIn: "us-east-2a", sizeGiB: 5)
        #expect(try await call("POST", "/volumes/\(id)/content", #"{"content": "v2"}"#).status == 200)
        #expect(ec2.volume(id)?.content == "v2")
        #expect(try await call("POST", "/volumes/vol-0/content", #"{"content": "v2"}"#).status == 404)
    }

    @Test func `faults are armed, listed and disarmed`() async throws {
        let armed = try await call(
            "POST",
            "/faults",
            #"{"service": "ec2", "effect": {"drop": {}}, "times": 2}"#
        )
        #expect(armed.status == 201)
        guard case .array(let list) = armed.document, let id = list.first?["id"]?.stringValue else {
            throw Unexpected()
        }
        #expect(faults.armed.values.first == Fault(service: "ec2", operation: "*", effect: .drop, times: 2))
        #expect(try await call("DELETE", "/faults/\(id)").status == 204)
        #expect(try await call("DELETE", "/faults/\(id)").status == 404)
        _ = try await call(
            "POST",
            "/faults",
            #"{"seed": 3, "faults": [{"effect": {"drop": {}}}, {"effect": {"drop": {}}}]}"#
        )
        #expect(faults.armed.count == 2)
        #expect(try await call("DELETE", "/faults").status == 204)
        #expect(faults.armed.isEmpty)
    }

    @Test func `settings change together or not at all`() async throws {
        let good =
            #"{"ec2": {"creation": {"volumeQuota": 2}}, "github": {"latency": {"median": 0, "p99": 0}}}"#
        #expect(try await call("POST", "/settings", good).status == 200)
        #expect(ec2.settings.creation.volumeQuota == 2)
        let bad = #"{"ec2": {"creation": {"volumeQuota": 9}}, "github": {"latncy": 1}}"#
        let refused = try await call("POST", "/settings", bad)
        #expect(refused.status == 400)
        #expect(refused.document["error"]?.stringValue?.contains("github.latncy") == true)
        #expect(ec2.settings.creation.volumeQuota == 2)
        #expect(try await call("POST", "/settings", #"{"s3": {}}"#).status == 400)
    }

    @Test func `users come and go`() async throws {
        #expect(
            try await call("POST", "/github/users", #"{"login": "ada", "keys": ["ssh-ed25519 A"]}"#).status
                == 201
        )
        #expect(try await call("GET", "/github/users").document["ada"] == .array(["ssh-ed25519 A"]))
        #expect(try await call("DELETE", "/github/users/ada").status == 204)
        #expect(try await call("GET", "/github/users").document == .object([:]))
    }

    @Test(arguments: [
        ("GET", "/nonsense", "", 404), ("PUT", "/faults", "", 405), ("POST", "/faults", "{", 400),
        ("POST", "/github/users", "[]", 400), ("DELETE", "/volumes", "", 404), ("GET", "/healthz", "", 200),
        ("GET", "/", "", 200),
    ])
    func `everything is answered`(_ method: String, _ target: String, _ body: String, _ status: Int)
        async throws
    {
        #expect(try await call(method, target, body).status == status)
    }
}

struct Unexpected: Error {}
