import Fleet
import Reservations
import Testing

@Suite struct AnchorTests {
    let bench = ClusterBench()
    var path: String { "\(ClusterBench.namespace)/configmaps/\(PodNames.anchor(bench.id))" }

    @Test func `the anchor is an immutable ConfigMap with the reservation's labels and no generation`()
        async throws
    {
        let uid = try await bench.host.anchor(of: bench.id, user: bench.user)
        let body = try #require(bench.server.body("POST", "/configmaps"))
        #expect(uid == "uid-1")
        #expect(body["kind"] == "ConfigMap")
        #expect(body["immutable"] == true)
        #expect(body["metadata"]?["name"]?.string == "gpu-dev-\(bench.id)")
        #expect(body["metadata"]?["namespace"] == "gpu-dev")
        #expect(body["metadata"]?["annotations"] == ["gpu-dev-user-id": "ada@example.org"])
        let shard = try #require(body["metadata"]?["labels"]?["berth.dev/shard"]?.string)
        let expected: TestJSON = [
            "berth.dev/fleet": "fleet-1", "berth.dev/reservation": .text(bench.id.rawValue),
            "berth.dev/shard": .text(shard),
        ]
        #expect(body["metadata"]?["labels"] == expected)
        #expect((0..<16).contains(try #require(Int(shard))))
    }

    @Test func `whoever comes later gets the same anchor`() async throws {
        let first = try await bench.host.anchor(of: bench.id, user: bench.user)
        let second = try await bench.host.anchor(of: bench.id, user: bench.user)
        #expect(first == second)
    }

    @Test func `a ConfigMap of another fleet under the anchor's name is foreign`() async {
        bench.server.put(
            path,
            bench.object("ConfigMap", PodNames.anchor(bench.id)).merging([
                "metadata": ["labels": ["berth.dev/fleet": "fleet-2"]]
            ])
        )
        let code = await podErrorCode { _ = try await bench.host.anchor(of: bench.id, user: bench.user) }
        #expect(code == .foreign)
    }

    @Test func `an anchor that is being deleted is not taken`() async {
        bench.server.put(
            path,
            bench.object("ConfigMap", PodNames.anchor(bench.id)).merging([
                "metadata": ["deletionTimestamp": "2026-09-21T00:00:00Z"]
            ])
        )
        let code = await podErrorCode { _ = try await bench.host.anchor(of: bench.id, user: bench.user) }
        #expect(code == .unavailable)
    }

    @Test(
        "what the server answers decides whether it can be tried again",
        arguments: [(503, PodError.Code.unavailable), (500, .unavailable), (422, .refused), (403, .refused)]
    )
    func failure(status: Int, expected: PodError.Code) async {
        bench.server.fail("/configmaps", with: status)
        let code = await podErrorCode { _ = try await bench.host.anchor(of: bench.id, user: bench.user) }
        #expect(code == expected)
    }

    @Test func `the anchor is deleted by its uid and seen gone`() async throws {
        let uid = try await bench.host.anchor(of: bench.id, user: bench.user)
        #expect(try await bench.host.deleteAnchor(of: bench.id))
        let body = try #require(bench.server.body("DELETE", PodNames.anchor(bench.id)))
        #expect(body["preconditions"] == ["uid": .text(uid)])
        #expect(body["propagationPolicy"] == "Background")
    }

    @Test func `an anchor that a finalizer holds isn't gone`() async throws {
        _ = try await bench.host.anchor(of: bench.id, user: bench.user)
        bench.server.change(path, ["metadata": ["finalizers": ["example.org/hold"]]])
        #expect(try await bench.host.deleteAnchor(of: bench.id) == false)
        #expect(try await bench.host.deleteAnchor(of: bench.id) == false)
        // Deleted once: the second look finds it marked already.
        #expect(bench.server.writes.count { $0.hasPrefix("DELETE") } == 1)
    }

    @Test func `no anchor is an anchor gone`() async throws {
        #expect(try await bench.host.deleteAnchor(of: bench.id))
        #expect(bench.server.writes.isEmpty)
    }

    @Test func `a failed read is never taken for gone`() async {
        bench.server.fail(PodNames.anchor(bench.id), with: 503)
        let code = await podErrorCode { _ = try await bench.host.deleteAnchor(of: bench.id) }
        #expect(code == .unavailable)
    }
}
