import Foundation
import LocalStack
import Testing

@Suite struct KubeTroubleTests {
    let bench = KubeBench()
    let pods = KubeSamples.pods

    private func start(_ pod: KubeValue, disk: String? = nil) async {
        if let disk {
            _ = await bench.send("POST", KubeSamples.volumes, KubeSamples.volume("d", id: disk))
            _ = await bench.send("POST", KubeSamples.claims, KubeSamples.claim("d", volume: "d"))
        }
        #expect(await bench.send("POST", pods, pod).status == 201)
    }

    private func phase(_ name: String) async -> String {
        await bench.pod(name)["status"]?["phase"]?.string ?? "gone"
    }

    @Test func `an evicted pod fails, stays, and gives its volume back`() async throws {
        await start(KubeSamples.pod("p", claim: "d"), disk: "vol-1")
        try await bench.running {
            try await bench.until("ready") { await bench.isReady("p") }
            try bench.cluster.evict(namespace: "gpu-dev", pod: "p")
            try await bench.until("detached") { bench.volumes.attached.isEmpty }
            let pod = await bench.pod("p")
            #expect(pod["status"]?["phase"]?.string == "Failed")
            #expect(pod["status"]?["reason"]?.string == "Evicted")
            #expect(bench.hosts.running.isEmpty)
            #expect(await bench.send("DELETE", pods + "/p").status == 200)
            #expect(await phase("p") == "gone")
        }
    }

    @Test func `a process killed for its memory starts again after a while`() async throws {
        await start(KubeSamples.pod("p"))
        try await bench.running {
            try await bench.until("ready") { await bench.isReady("p") }
            try bench.cluster.oomKill(namespace: "gpu-dev", pod: "p")
            try await bench.until("crashed") { await !bench.isReady("p") }
            let status = await bench.pod("p")["status"]?["containerStatuses"]?.items.first
            #expect(status?["state"]?["waiting"]?["reason"]?.string == "CrashLoopBackOff")
            #expect(status?["lastState"]?["terminated"]?["reason"]?.string == "OOMKilled")
            #expect(status?["restartCount"]?.integer == 1)
            try await bench.until("ready again") { await bench.isReady("p") }
            #expect(bench.hosts.starts == 2)
        }
    }

    @Test(arguments: [("Never", 1, "Failed"), ("Never", 0, "Succeeded"), ("OnFailure", 0, "Succeeded")])
    func `a process that isn't started again ends its pod`(policy: String, code: Int, phase: String)
        async throws
    {
        await start(KubeSamples.pod("p", policy: policy))
        try await bench.running {
            try await bench.until("ready") { await bench.isReady("p") }
            try bench.cluster.crash(namespace: "gpu-dev", pod: "p", code: code)
            try await bench.until(phase) { await self.phase("p") == phase }
            #expect(bench.hosts.running.isEmpty)
        }
    }

    @Test func `a lost node's pods write on, and their volumes are taken away late`() async throws {
        await start(KubeSamples.pod("p", claim: "d"), disk: "vol-1")
        try await bench.running {
            try await bench.until("ready") { await bench.isReady("p") }
            let node = await bench.pod("p")["spec"]?["nodeName"]?.string ?? ""
            bench.cluster.loseNode(node)
            #expect(await !bench.isReady("p"))
            try await bench.until("marked deleted", step: .seconds(1)) {
                await bench.pod("p")["metadata"]?["deletionTimestamp"] != nil
            }
            try await bench.until("a while", step: .seconds(1)) { bench.manual.now > .seconds(500) }
            #expect(bench.hosts.running == ["p"])
            let forced = await bench.send("DELETE", pods + "/p", ["gracePeriodSeconds": 0])
            #expect(forced.status == 200)
            #expect(await phase("p") == "gone")
            #expect(bench.volumes.attached["vol-1"] == node)
            let start = bench.manual.now
            let end = try await bench.until("detached", step: .seconds(1)) { bench.volumes.attached.isEmpty }
            #expect(end - start >= .seconds(360))
        }
    }

    @Test func `a node that comes back ends what was deleted meanwhile`() async throws {
        await start(KubeSamples.pod("p"))
        try await bench.running {
            try await bench.until("ready") { await bench.isReady("p") }
            let node = await bench.pod("p")["spec"]?["nodeName"]?.string ?? ""
            bench.cluster.loseNode(node)
            _ = await bench.send("DELETE", pods + "/p")
            try await bench.until("a while", step: .seconds(1)) { bench.manual.now > .seconds(120) }
            #expect(await phase("p") == "Running")
            bench.cluster.restoreNode(node)
            try await bench.until("gone") { await phase("p") == "gone" }
            #expect(bench.hosts.running.isEmpty)
        }
    }

    @Test func `a volume in use on one node isn't attached to another`() async throws {
        await start(KubeSamples.pod("p", claim: "d"), disk: "vol-1")
        try await bench.running {
            try await bench.until("ready") { await bench.isReady("p") }
            _ = await bench.send("POST", KubeSamples.volumes, KubeSamples.volume("e", id: "vol-1"))
            _ = await bench.send("POST", KubeSamples.claims, KubeSamples.claim("e", volume: "e"))
            _ = await bench.send("POST", pods, KubeSamples.pod("q", type: "cpu-x86", claim: "e"))
            try await bench.until("refused") {
                await bench.eventReasons(about: "q").contains("FailedAttachVolume")
            }
            #expect(bench.volumes.log.filter { $0 == "attach vol-1" }.count == 1)
            _ = await bench.send("DELETE", pods + "/p", ["gracePeriodSeconds": 0])
            try await bench.until("ready") { await bench.isReady("q") }
            #expect(
                bench.volumes.log.filter { $0.hasSuffix("tach vol-1") } == [
                    "attach vol-1", "detach vol-1", "attach vol-1",
                ]
            )
        }
    }

    @Test func `a pod deleted before it was on a node goes at once, and its namesake is another`()
        async throws
    {
        await start(KubeSamples.pod("p", type: "none"))
        let first = await bench.get(pods + "/p").uid
        #expect(await bench.send("DELETE", pods + "/p").status == 200)
        await start(KubeSamples.pod("p"))
        #expect(await bench.get(pods + "/p").uid != first)
        try await bench.running { try await bench.until("ready") { await bench.isReady("p") } }
    }

    @Test func `the log is there once the pod runs`() async throws {
        await start(KubeSamples.pod("p"))
        #expect(await bench.get(pods + "/p/log").status == 400)
        try await bench.running {
            try await bench.until("ready") { await bench.isReady("p") }
            guard case .data(let log) = await bench.raw("GET", pods + "/p/log").body else { return }
            #expect(String(decoding: log, as: UTF8.self).contains("Server listening on"))
        }
    }
}
