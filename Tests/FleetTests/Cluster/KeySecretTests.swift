import Fleet
import Foundation
import Reservations
import Testing

@Suite struct KeySecretTests {
    let bench = ClusterBench()
    var path: String { "\(ClusterBench.namespace)/secrets/\(bench.names.secret)" }

    static let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample"
    static let other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOtherOtherOtherOtherOtherOtherOther00"

    struct Refusal: Sendable {
        let change: TestJSON
        let code: PodError.Code

        init(_ change: TestJSON, _ code: PodError.Code) {
            self.change = change
            self.code = code
        }
    }

    func keys() async throws -> PodKeys {
        let hostKey = try #require(HostKey(seed: [UInt8](repeating: 7, count: 32), check: [1, 2, 3, 4]))
        return try await bench.host.keys(
            for: bench.id,
            generation: 2,
            anchorUID: "anchor-uid",
            offering: [try #require(PublicKey(line: Self.key))],
            hostKey: hostKey
        )
    }

    private func base64(_ text: String) -> TestJSON { .text(Data(text.utf8).base64EncodedString()) }

    @Test func `the secret holds three files, can't be changed and goes with the anchor`() async throws {
        let made = try await keys()
        let body = try #require(bench.server.body("POST", "/secrets"))
        #expect(made.authorized.map(\.line) == [Self.key])
        #expect(body["type"] == "Opaque")
        #expect(body["immutable"] == true)
        #expect(body["data"]?["authorized_keys"] == base64(Self.key + "\n"))
        #expect(body["data"]?["ssh_host_ed25519_key.pub"] == base64(made.hostKey + "\n"))
        let pem = try #require(
            body["data"]?["ssh_host_ed25519_key"]?.string.flatMap { Data(base64Encoded: $0) }
        )
        #expect(String(decoding: pem, as: UTF8.self).hasPrefix("-----BEGIN OPENSSH PRIVATE KEY-----\n"))
        #expect(body["metadata"]?["ownerReferences"]?[0]?["uid"] == "anchor-uid")
        #expect(body["metadata"]?["ownerReferences"]?[0]?["kind"] == "ConfigMap")
    }

    @Test func `the keys of a secret that is there already are what counts`() async throws {
        bench.server.put(
            path,
            bench.object(
                "Secret",
                bench.names.secret,
                [
                    "data": [
                        "authorized_keys": base64("\(Self.other)\n# a comment\n"),
                        "ssh_host_ed25519_key.pub": base64("\(Self.other) root@pod\n"),
                        "ssh_host_ed25519_key": base64("secret"),
                    ]
                ]
            )
        )
        let found = try await keys()
        #expect(found.authorized.map(\.line) == [Self.other])
        #expect(found.hostKey == Self.other)
    }

    @Test(
        "a secret that isn't this generation's, or is going, isn't taken",
        arguments: [
            Refusal(["labels": ["berth.dev/generation": "1"]], .foreign),
            Refusal(["labels": ["berth.dev/reservation": "somebody-else"]], .foreign),
            Refusal(["deletionTimestamp": "2026-09-21T00:00:00Z"], .unavailable),
            Refusal(["ownerReferences": []], .unavailable),
        ]
    )
    func refused(_ item: Refusal) async {
        bench.server.put(path, bench.object("Secret", bench.names.secret).merging(["metadata": item.change]))
        let code = await podErrorCode { _ = try await keys() }
        #expect(code == item.code)
    }

    @Test func `a secret without readable keys is not taken for one without keys`() async {
        bench.server.put(
            path,
            bench.object("Secret", bench.names.secret, ["data": ["authorized_keys": "AAAA"]])
        )
        let code = await podErrorCode { _ = try await keys() }
        #expect(code == .foreign)
    }
}
