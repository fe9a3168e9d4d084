import Foundation
import Kafka
import Testing

@Suite struct BadInputTests {
    private struct Letter: Sendable {
        let body: String
        /// What the reason must contain.
        let words: [String]
    }

    private static func request(_ fields: String, count: Int = 1) -> String {
        #"{"reservation_id":"\#(TestFleet.newID())","user_id":"ada","gpu_count":\#(count),\#(fields)}"#
    }

    private static let letters: [Letter] = [
        Letter(body: "{", words: ["not JSON"]),
        Letter(body: "", words: ["not JSON"]),
        Letter(body: "[1]", words: ["object"]),
        Letter(body: #"{"type":"resurrection"}"#, words: ["type", "resurrection"]),
        Letter(body: #"{"action":"dance"}"#, words: ["action", "dance"]),
        Letter(body: #"{"action":"enable_jupyter"}"#, words: ["enable_jupyter", "not built"]),
        Letter(
            body: #"{"gpu_count":"two","duration_hours":[]}"#,
            words: ["reservation_id", "user_id", "gpu_type", "gpu_count", "duration_hours"]
        ),
        Letter(
            body: #"{"reservation_id":"17","user_id":"ada","gpu_type":"t4","gpu_count":1}"#,
            words: ["reservation_id", "17"]
        ),
        Letter(body: request(#""gpu_type":"quantum""#), words: ["quantum"]),
        Letter(body: request(#""gpu_type":"t4""#, count: 3), words: ["gpu_count"]),
        Letter(body: request(#""gpu_type":"t4""#, count: 8), words: ["gpu_count"]),
        Letter(body: request(#""gpu_type":"t4","disk_name":"../../etc""#), words: ["disk_name"]),
        Letter(body: request(#""gpu_type":"t4","github_user":"a/../b""#), words: ["github_user"]),
        Letter(body: request(#""gpu_type":"t4","github_user":"$(reboot)""#), words: ["github_user"]),
        Letter(
            body: #"{"reservation_id":"\#(TestFleet.newID())","user_id":"a\nb; rm -rf /","gpu_type":"t4","#
                + #""gpu_count":1}"#,
            words: ["user_id"]
        ),
        Letter(body: request(#""gpu_type":"t4","jupyter_enabled":true"#), words: ["jupyter_enabled"]),
        Letter(body: request(#""gpu_type":"t4","dockerfile":"FROM x""#), words: ["dockerfile"]),
        Letter(
            body: request(#""gpu_type":"t4","is_multinode":true"#),
            words: ["master_reservation_id is missing"]
        ),
        Letter(
            body: request(#""gpu_type":"t4","name":"\#(String(repeating: "x", count: 128 * 1024))""#),
            words: ["131072"]
        ),
        Letter(
            body: #"{"type":"cancellation","reservation_id":"x"}"#,
            words: ["reservation_id", "user_id"]
        ),
    ]

    @Test func `what can't be understood goes to berth.dead whole, and the partition goes on`() async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("worker")
            let offsets = try await fleet.publish(
                Self.letters.map(\.body),
                to: .requests,
                key: "a key",
                headers: [KafkaHeader("color", "green"), KafkaHeader("empty", nil)]
            )
            let taken = TestFleet.newID()
            try await fleet.publish(
                [
                    TestFleet.request(taken, #""no_persistent_disk":true"#),
                    TestFleet.request(taken, #""no_persistent_disk":true,"name":"another""#),
                    TestFleet.request(taken, user: "mallory", #""no_persistent_disk":true"#),
                ],
                to: .requests
            )
            let dead = try await fleet.messages(on: .dead, count: Self.letters.count + 2)
            for (letter, offset) in zip(Self.letters, offsets) {
                try check(letter, offset, among: dead, from: fleet.name(of: .requests))
            }
            let conflicts = dead.filter { $0.text.contains(taken) }
            #expect(conflicts.count == 2)
            for conflict in conflicts {
                #expect(conflict.header("berth-dead-reason")?.text?.contains("another request") == true)
            }
            // Behind all of them on the same partition stood one that is fine.
            let active = try await fleet.heard(taken, "active")
            #expect(active.usesEmptyDir)
            #expect(try await fleet.counts()["rows of berth-reservations"] == 1)
        }
    }

    private func check(_ letter: Letter, _ offset: Int64, among dead: [KafkaMessage], from topic: String)
        throws
    {
        let shown = letter.body.prefix(100)
        let found = dead.filter { $0.header("berth-dead-offset")?.text == "\(offset)" }
        let message = try #require(found.first, "no letter for \(shown)")
        #expect(found.count == 1, "\(shown) came \(found.count) times")
        #expect(message.text == letter.body)
        #expect(message.key == Array("a key".utf8))
        #expect(message.header("color")?.text == "green")
        #expect(message.header("empty").map { $0.value == nil || $0.value == [] } == true)
        #expect(message.header("berth-dead-topic")?.text == topic)
        #expect(message.header("berth-dead-partition")?.text == "0")
        let reason = message.header("berth-dead-reason")?.text ?? ""
        for word in letter.words { #expect(reason.contains(word), "\(shown): \(reason)") }
    }

    @Test(
        "berth reserve refuses the same before it publishes",
        arguments: [
            ["--gpu-type", "quantum"],
            ["--gpu-type", "t4", "--gpus", "3"],
            ["--gpu-type", "t4", "--disk", "../../etc"],
            ["--gpu-type", "t4", "--github-user", "$(reboot)"],
            ["--gpu-type", "t4", "--hours", "100000"],
            ["--gpu-type", "t4", "--id", "17"],
        ]
    )
    func refusedBeforePublishing(_ words: [String]) async throws {
        // No Kafka is needed to refuse: nothing listens there.
        let nowhere = ["BERTH_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "PATH": "/usr/bin:/bin"]
        let folder = NSTemporaryDirectory()
        let name = "berth-test-\(UUID().uuidString)"
        let berth = try await Child(
            name,
            [try Binaries.path("berth"), "reserve", "--user", "ada"] + words,
            environment: nowhere,
            folder: folder
        )
        #expect(try await berth.end(within: .seconds(20)) == .code(65), "\(berth.log)")
        #expect(berth.log.split(separator: "\n").count == 1)
        #expect(berth.output.isEmpty)
        for end in ["out", "log"] { try FileManager.default.removeItem(atPath: "\(folder)/\(name).\(end)") }
    }
}
