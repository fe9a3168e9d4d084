import Foundation
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What becomes of running servers when something happens to them, or to those who look after them.
@Suite struct ServerLossTests {
    @Test func `a worker pointed at another cluster ends no server, and stops with a sentence`() async throws
    {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("worker")
            let id = try await fleet.reserve(disk: "work")
            try await fleet.heard(id, "active")

            // Another namespace is as good as another cluster: none of the fleet's pods is there.
            let astray = try await fleet.start(
                "astray",
                "berth-worker",
                [],
                ["BERTH_CLUSTER_NAMESPACE": "default"]
            )
            #expect(try await astray.end(within: .seconds(30)) == .code(78))
            #expect(astray.log.contains("isn't the fleet's"))
            #expect(try await fleet.row(id)?.status == "active")
            #expect(try await fleet.pods(of: id).count == 1)
        }
    }

    @Test func `a server that is deleted by hand is noticed by the watch, saved and ended`() async throws {
        // Nobody looks at all servers during the test: only the watch can tell.
        try await TestFleet.with(["BERTH_EFS_SUBNETS": "", "BERTH_ADOPT_ALL": "10m"]) { fleet in
            try await fleet.worker("worker")
            try await fleet.janitor()
            let id = try await fleet.reserve(disk: "work")
            let active = try await fleet.heard(id, "active")
            let volume = try #require(active.volume)
            try await fleet.write("unsaved work", to: volume)
            let pod = try #require(try await fleet.pods(of: id).first)
            _ = try await fleet.cluster("DELETE", "/api/v1/namespaces/gpu-dev/pods/\(pod.name)")

            let failed = try await fleet.heard(id, "failed")
            #expect(failed.failure?.contains("the server was lost") == true)
            try await fleet.noVolume(of: id)
            let saved = try await fleet.snapshots().filter { $0.volumeID == volume }
            #expect(saved.map(\.content) == ["unsaved work"])
        }
    }

    @Test func `a pod is told its end, and the warning before it, for the files that show both`() async throws
    {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("worker")
            let id = TestFleet.newID()
            // A little more than the last warning's five minutes.
            try await fleet.succeed(
                "berth",
                [
                    "reserve", "--id", id, "--user", TestFleet.user, "--github-user", "ada", "--gpu-type",
                    "t4",
                    "--hours", "0.0836", "--no-persistent-disk",
                ]
            )
            try await fleet.row(id, is: "active")
            let pod = try #require(try await fleet.pods(of: id).first)
            let path = "/api/v1/namespaces/gpu-dev/pods/\(pod.name)"
            let told = try await until("the pod is told") { () -> JSON? in
                let text = try await fleet.cluster("GET", path)
                let object = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
                let notes = object["metadata"]?["annotations"]
                return notes?["berth.dev/expiry-warning"] == nil ? nil : object
            }
            let notes = told["metadata"]?["annotations"]
            #expect(notes?["berth.dev/expires-at"]?.text?.hasSuffix("Z") == true)
            #expect(notes?["berth.dev/expiry-warning"]?.text?.contains("ends in 5 minutes") == true)
            // The kubelet writes them where the login shell looks.
            guard case .array(let volumes)? = told["spec"]?["volumes"] else {
                Issue.record("the pod has no volumes")
                return
            }
            let notice = volumes.first { $0["name"] == .string("notice") }
            guard case .array(let items)? = notice?["downwardAPI"]?["items"] else {
                Issue.record("the notice is no downward API volume")
                return
            }
            #expect(items.map { $0["path"]?.text } == ["expires_at", "warning"])
            let warned = try await fleet.messages(on: .events, count: 1) { message in
                message.json?["reservation_id"] == .string(id)
                    && message.json?["phase"] == .string("expiry_warning")
            }
            #expect(warned.count == 1)
        }
    }
}

extension TestFleet {
    /// Calls the local cluster's API server, past Berth.
    func cluster(_ method: String, _ path: String) async throws -> String {
        let config = FileManager.default.contents(atPath: environment["KUBECONFIG"] ?? "") ?? Data()
        let text = String(decoding: config, as: UTF8.self)
        guard let server = text.firstMatch(of: /server: (http\S+)/)?.1,
            let url = URL(string: "\(server)\(path)")
        else { throw Failure(description: "the kubeconfig names no server") }
        var request = URLRequest(url: url, timeoutInterval: 10)
        request.httpMethod = method
        let (data, _) = try await URLSession.shared.data(for: request)
        return String(decoding: data, as: UTF8.self)
    }
}
