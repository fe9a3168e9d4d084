import Foundation
import Reservations
import TestSupport
import Testing

@Suite("Reading requests and commands") struct RequestParserTests {
    private static let id = "0b8f3c52-6f0e-4a57-9a34-0d1f5b7c9e21"

    /// A good request's fields, some of them replaced.
    private static func body(_ changes: [String: String?] = [:]) -> [UInt8] {
        var fields: [String: String] = [
            "reservation_id": "\"\(id)\"", "user_id": "\"ada\"", "gpu_type": "\"t4\"", "gpu_count": "2",
            "duration_hours": "4",
        ]
        for (name, value) in changes { fields[name] = value }
        let text = fields.map { "\"\($0.key)\":\($0.value)" }.sorted().joined(separator: ",")
        return Array("{\(text)}".utf8)
    }

    private static func parse(_ body: [UInt8]) throws(RejectedMessage) -> ParsedMessage {
        try RequestParser(rules: World.rules).parse(body)
    }

    private static func problems(_ body: [UInt8]) -> [String] {
        do throws(RejectedMessage) {
            _ = try parse(body)
            return []
        } catch {
            return error.problems
        }
    }

    @Test func `a request of the replaced system's form is read`() throws {
        let extra: [String: String?] = [
            "disk_name": "\"data\"", "name": "\"my box\"", "jupyter_enabled": "false", "dockerfile": "null",
            "created_at": "\"2026-01-31T12:00:00\"", "ref": "\"none\"", "node_labels": "{}", "trace": "true",
            "version": "\"0.7.2\"", "unknown_field": "1", "recreate_env": "true",
        ]
        guard case .request(let request) = try Self.parse(Self.body(extra)) else {
            throw Surprise("no request")
        }
        #expect(request.gpuCount == 2)
        #expect(request.diskName == DiskName(rawValue: "data"))
        #expect(request.githubUser.rawValue == "ada")
        #expect(request.recreateEnv)
        #expect(request.createdAt == ISO8601DateFormatter().date(from: "2026-01-31T12:00:00Z"))
    }

    @Test func `every fault is named at once`() {
        let faults: [String: String?] = [
            "reservation_id": "\"x\"", "user_id": "7", "gpu_count": "\"two\"", "duration_hours": "1000",
            "disk_name": "\"a/b\"", "no_persistent_disk": "1", "version": "\"new\"", "spot": "true",
            "gpu_type": "\"h900\"",
        ]
        let problems = Self.problems(Self.body(faults)).joined(separator: "\n")
        for field in faults.keys where field != "gpu_type" {
            #expect(problems.contains(field), "\(field) isn't in: \(problems)")
        }
    }

    @Test func `an unknown type names those that there are`() {
        let problems = Self.problems(Self.body(["gpu_type": "\"h900\""]))
        #expect(problems == ["gpu_type: the fleet has no h900; it has cpu-x86, h100, t4"])
    }

    @Test(arguments: RequestRules.notBuilt.keys.sorted())
    func `what isn't built is refused when it is asked for, never ignored`(field: String) {
        #expect(Self.problems(Self.body([field: "\"x\""])).contains { $0.hasPrefix(field) })
        #expect(Self.problems(Self.body([field: "null"])).isEmpty)
    }

    @Test(arguments: RequestRules.notBuiltActions.sorted() + ["drop_table"])
    func `other actions are refused by name`(action: String) {
        let body = Array("{\"action\":\"\(action)\",\"reservation_id\":\"\(Self.id)\"}".utf8)
        #expect(Self.problems(body).first?.contains(action) == true)
    }

    @Test(
        arguments: [
            ("0", false), ("1", true), ("3", false), ("4", true), ("8", false), ("-1", false), ("2.0", true),
            ("2.5", false), ("1e99", false), ("1e999", false), ("true", false), ("null", false),
            ("[]", false),
            ("-0", false), ("99999999999999999999", false),
        ]
    )
    func `GPU counts`(text: String, isFine: Bool) {
        #expect(Self.problems(Self.body(["gpu_count": text])).isEmpty == isFine)
    }

    @Test(
        arguments: [
            ("0.083", true), ("0.08", false), ("240", true), ("240.1", false), ("-1", false),
            ("1e300", false),
            ("1e400", false), ("\"NaN\"", false), ("\"8\"", false), ("0", false), ("null", true),
        ]
    )
    func `durations`(text: String, isFine: Bool) {
        #expect(Self.problems(Self.body(["duration_hours": text])).isEmpty == isFine)
    }

    @Test func `a CPU machine has no GPUs and may last long`() {
        let cpu: [String: String?] = ["gpu_type": "\"cpu-x86\"", "gpu_count": "0", "duration_hours": "5000"]
        #expect(Self.problems(Self.body(cpu)).isEmpty)
        #expect(!Self.problems(Self.body(["gpu_type": "\"cpu-x86\"", "gpu_count": "1"])).isEmpty)
    }

    @Test(arguments: ["0.6.9", "0.7", "1", "a.b.c", "0.7.0.1", "-1.2.3", "9999999.0.0"])
    func `versions that are too old or none`(text: String) {
        #expect(!Self.problems(Self.body(["version": "\"\(text)\""])).isEmpty)
    }

    @Test func `without a login, a user's address can't stand for it`() {
        let problems = Self.problems(Self.body(["user_id": "\"ada@example.com\""]))
        #expect(problems.first?.contains("github_user is missing") == true)
    }

    @Test func `a disk and no disk exclude each other`() {
        let both: [String: String?] = ["disk_name": "\"a\"", "no_persistent_disk": "true"]
        #expect(Self.problems(Self.body(both)).count == 1)
    }

    @Test(arguments: ["", "nonsense", "[]", "1", "\"x\"", "null", "{", "{}x", "\u{FEFF}", "{\"a\":NaN}"])
    func `what is no JSON object is refused`(text: String) {
        #expect(!Self.problems(Array(text.utf8)).isEmpty)
    }

    @Test(
        arguments: [[0xFF, 0xFE], [0x7B, 0x22, 0xC3, 0x28, 0x22, 0x3A, 0x31, 0x7D], [0, 0, 0, 0]] as [[UInt8]]
    )
    func `bytes that are no text are refused`(bytes: [UInt8]) {
        #expect(!Self.problems(bytes).isEmpty)
    }

    @Test(arguments: [100, 500, 5_000, 60_000])
    func `JSON however deep doesn't end the process`(depth: Int) {
        let deep = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(Self.problems(Array("{\"a\":\(deep)}".utf8)).isEmpty == false)
        let objects = String(repeating: "{\"a\":", count: depth / 3)
        #expect(Self.problems(Array(objects.utf8)).isEmpty == false)
    }

    @Test func `128 KB are read, a byte more isn't`() {
        let good = Self.body()
        let padding = [UInt8](repeating: 0x20, count: 128 * 1024 - good.count)
        #expect(Self.problems(good + padding).isEmpty)
        #expect(Self.problems(good + padding + [0x20]).first?.contains("131073 bytes") == true)
    }

    @Test func `refusals repeat nothing hostile`() {
        let problems = Self.problems(Self.body(["user_id": "\"\\u001b[31m\\n\\u0000evil\""]))
        let text = problems.joined()
        #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control })
        #expect(text.utf8.count < 400)
    }

    @Test func `a repeat of a cancel without an id is the same command`() throws {
        let body = Message.cancel(Message.id(1), by: Message.ada)
        guard case .cancel(let one) = try Self.parse(body), case .cancel(let two) = try Self.parse(body)
        else {
            throw Surprise("no cancel")
        }
        #expect(one == two)
    }
}
