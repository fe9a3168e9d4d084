import Foundation
import Kafka
import Testing

/// `berth dead`, `lag` and `topics check`, as operators and their scripts use them.
@Suite struct LetterTests {
    private struct Letter: Decodable {
        let id: String
        let reason: String
        let topic: String
        let key: String?
        let published_at: String?
        let settled: Settled?
        let body: Body?
        let headers: [Header]?

        struct Settled: Decodable {
            let deed: String
            let by: String
            let why: String?
        }

        struct Header: Decodable {
            let name: String
            let value: String?
        }

        struct Body: Decodable {
            let text: String?
        }
    }

    private struct Deed: Decodable {
        let id: String
        let outcome: String
        let detail: String?
    }

    private static func letters(_ fleet: TestFleet, _ words: [String] = []) async throws -> [Letter] {
        let result = try await fleet.run("berth", ["dead", "list", "--output", "json"] + words)
        return try result.json()
    }

    @Test func `a letter is found, shown, put back as it was, and put aside`() async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("worker")
            let body =
                #"{"reservation_id":"\#(TestFleet.newID())","user_id":"ada","gpu_type":"quantum","gpu_count":1}"#
            try await fleet.publish(
                [body, "{"],
                to: .requests,
                key: "k",
                headers: [KafkaHeader("color", "green")]
            )
            _ = try await fleet.messages(on: .dead, count: 2)

            let listed = try await Self.letters(fleet)
            #expect(listed.count == 2)
            #expect(listed.allSatisfy { $0.key == "k" && $0.published_at != nil && $0.settled == nil })
            let quantum = try await Self.letters(fleet, ["--reason", "QUANTUM"])
            let letter = try #require(quantum.first)
            #expect(quantum.count == 1)
            #expect(letter.topic == fleet.name(of: .requests))

            let shown = try await fleet.succeed("berth", ["dead", "show", letter.id, "--output", "json"])
            let whole = try shown.json(Letter.self)
            #expect(whole.body?.text == body)
            #expect(whole.headers?.map(\.name) == ["color"])
            let forPeople = try await fleet.succeed("berth", ["dead", "show", letter.id])
            #expect(forPeople.output.contains(#""gpu_type" : "quantum""#))

            try await replay(letter, body, fleet)
            try await putAside(fleet)
            let nothing = try await fleet.run("berth", ["dead", "show", "0:4711"])
            #expect(nothing.exit == .code(1))
        }
    }

    /// It dies again, as it must, and has one note on it.
    private func replay(_ letter: Letter, _ body: String, _ fleet: TestFleet) async throws {
        let line = ["dead", "replay", letter.id, "--output", "json", "--why", "a test"]
        let dry = try await fleet.succeed("berth", line + ["--dry-run"])
        #expect(try dry.json([Deed].self).map(\.outcome) == ["would be replayed"])
        let done = try await fleet.succeed("berth", line)
        #expect(try done.json([Deed].self).map(\.outcome) == ["replayed"])

        let requests = try await fleet.messages(on: .requests, count: 2) { $0.text == body }
        let (first, second) = (try #require(requests.first), try #require(requests.last))
        #expect(second.key == first.key)
        #expect(second.timestampMilliseconds == first.timestampMilliseconds)
        #expect(second.headers.map(\.name) == ["color", "berth-replayed-from"])
        #expect(second.header("berth-replayed-from")?.text == "\(fleet.name(of: .dead))/\(letter.id)")

        let again = try await fleet.run("berth", line)
        #expect(again.exit == .code(1))
        #expect(try again.json([Deed].self).first?.detail?.contains("--again") == true)
        let settled = try await Self.letters(fleet, ["--all"]).first { $0.id == letter.id }?.settled
        #expect(settled?.deed == "replayed")
        #expect(settled?.why == "a test")
        // A settlement is no letter.
        _ = try await fleet.messages(on: .dead, count: 4)
        #expect(try await Self.letters(fleet).contains { $0.id == letter.id } == false)
    }

    private func putAside(_ fleet: TestFleet) async throws {
        let unclear = try await fleet.run("berth", ["dead", "discard"])
        #expect(unclear.exit == .code(64))
        // Standard input is no terminal, so nobody is asked.
        let done = try await fleet.succeed("berth", ["dead", "discard", "--everything", "--output", "json"])
        #expect(try done.json([Deed].self).map(\.outcome) == ["discarded", "discarded"])
        let empty = try await fleet.run("berth", ["dead", "list"])
        #expect(empty.exit == .code(1))
        #expect(try await Self.letters(fleet, ["--all"]).count == 3)
        #expect(try await fleet.run("berth", ["dead", "replay", "--everything"]).exit == .code(1))
    }
}
