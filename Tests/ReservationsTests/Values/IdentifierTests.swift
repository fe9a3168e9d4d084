import Foundation
import Reservations
import TestSupport
import Testing

@Suite("Texts that were checked at the border") struct IdentifierTests {
    static let hostile = [
        "", " ", "*", "?", "a b", "a\nb", "a\u{0}b", "../x", "a/b", "a%2Fb", "a=b", "a,b", "a'b", "a\"b",
        "a;b",
        "é", "а", "a\u{202E}b", "a\u{301}", "$(x)", "`x`", "{a}", "-", ".", "@", "\u{1F600}",
        String(repeating: "a", count: 200),
    ]

    @Test(arguments: hostile) func `nothing hostile becomes a user, a login, a disk, a worker or a fleet`(
        text: String
    ) {
        #expect(UserID(rawValue: text) == nil)
        #expect(GitHubLogin(rawValue: text) == nil)
        #expect(DiskName(rawValue: text) == nil || text == "-")
        #expect(FleetID(rawValue: text) == nil || text == "-")
        #expect(VolumeID(rawValue: "vol-" + text) == nil)
        #expect(SnapshotID(rawValue: "snap-" + text) == nil)
        #expect(WorkerID(rawValue: text) == nil || text == "-" || text == ".")
    }

    private static let uuid = "0b8f3c52-6f0e-4a57-9a34-0d1f5b7c9e21"

    @Test(arguments: [
        uuid + " ", " " + uuid, uuid + "\u{0}x", "{\(uuid)}", uuid + "0", String(uuid.dropLast()),
    ])
    func `a reservation's id is a UUID and nothing besides`(text: String) {
        #expect(ReservationID(rawValue: text) == nil)
    }

    @Test func `a reservation's id is the same in capitals`() {
        #expect(ReservationID(rawValue: Self.uuid.uppercased()) == ReservationID(rawValue: Self.uuid))
        #expect(ReservationID(rawValue: Self.uuid)?.short == "0b8f3c52")
    }

    @Test(arguments: ["ada", "ada@example.com", "a.b_c+d-e@x", "0", String(repeating: "a", count: 128)])
    func `users are e-mail addresses or names`(text: String) {
        #expect(UserID(rawValue: text)?.rawValue == text)
    }

    @Test(arguments: [("octo-cat", true), ("-a", false), ("a-", false), ("a--b", false), ("a_b", false)])
    func `logins follow GitHub's rule`(text: String, isFine: Bool) {
        #expect((GitHubLogin(rawValue: text) != nil) == isFine)
    }

    @Test func `what is decoded is checked too`() {
        let json = Data("[\"a/b\"]".utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([DiskName].self, from: json) }
    }

    @Test func `a token is 64 hex digits, another for each generation, fleet and reservation`() {
        let tokens = [("fleet-1", 1, 1), ("fleet-1", 1, 2), ("fleet-1", 2, 1), ("fleet-2", 1, 1)].map {
            DiskIntent.token(
                fleet: FleetID(unchecked: $0.0),
                reservation: Message.id($0.1),
                generation: $0.2
            )
        }
        #expect(Set(tokens).count == 4)
        #expect(tokens.allSatisfy { $0.count == 64 && $0.allSatisfy(\.isHexDigit) })
    }

    @Test(
        arguments: [
            "ssh-ed25519 AAAA", "ssh-dss \(String(repeating: "A", count: 60))", "",
            "command=\"x\" ssh-ed25519 \(String(repeating: "A", count: 60))",
            "ssh-ed25519 \(String(repeating: "A", count: 60))\u{0}",
        ]
    )
    func `lines that aren't plain keys of a known type are no keys`(line: String) {
        #expect(PublicKey(line: line) == nil)
    }

    @Test func `of a key's line the type and the base64 are kept`() {
        let base64 = String(repeating: "A", count: 68)
        #expect(PublicKey(line: "ssh-ed25519 \(base64) evil\" comment")?.line == "ssh-ed25519 \(base64)")
    }
}
