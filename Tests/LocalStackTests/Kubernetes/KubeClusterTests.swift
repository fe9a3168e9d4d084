import Foundation
import LocalStack
import Testing

@Suite struct KubeClusterTests {
    let bench = KubeBench()
    let pods = KubeSamples.pods

    private func disk(_ name: String, id: String, zone: String = "us-east-2a", policy: String = "Retain")
        async
    {
        let volume = KubeSamples.volume(name, id: id, zone: zone, policy: policy)
        #expect(await bench.send("POST", KubeSamples.volumes, volume).status == 201)
        #expect(
            await bench.send("POST", KubeSamples.claims, KubeSamples.claim(name, volume: name)).status == 201
        )
    }

    private func post(_ pod: KubeValue) async { #expect(await bench.send("POST", pods, pod).status == 201) }

    private func gone(_ name: String) async -> Bool { await bench.get(pods + "/\(name)").status == 404 }

    @Test func `a pod with a disk takes as long as a real one and becomes ready`() async throws {
        await disk("d", id: "vol-1")
        await post(KubeSamples.pod("p", gpus: 1, claim: "d"))
        try await bench.running {
            try await bench.until("the volume") { bench.volumes.attached["vol-1"] != nil }
            #expect(await bench.condition("PodScheduled", of: "p")?["status"]?.string == "True")
            #expect(await bench.condition("Initialized", of: "p")?["status"]?.string == "False")
            try await bench.until("initialised") {
                await bench.condition("Initialized", of: "p")?["status"]?.string == "True"
            }
            let waiting = await bench.pod("p")["status"]?["containerStatuses"]?.items.first?["state"]?[
                "waiting"
            ]
            #expect(waiting?["reason"]?.string == "ContainerCreating")
            let moment = try await bench.until("ready") { await bench.isReady("p") }
            #expect(moment >= .seconds(40))
            let pod = await bench.pod("p")
            #expect(pod["status"]?["phase"]?.string == "Running")
            #expect(pod["status"]?["podIP"]?.string?.hasPrefix("127.77.") == true)
            #expect(pod["spec"]?["nodeName"]?.string == "ip-10-0-0-11.us-east-2.compute.internal")
            let reasons = await bench.eventReasons(about: "p")
            #expect(
                Set(reasons).isSuperset(of: ["Scheduled", "SuccessfulAttachVolume", "Pulled", "Started"])
            )
        }
        #expect(bench.hosts.running.isEmpty)
    }

    @Test func `the volume's zone decides about the node`() async throws {
        await disk("d", id: "vol-1", zone: "us-east-2b")
        await post(KubeSamples.pod("p", gpus: 1, claim: "d"))
        await disk("e", id: "vol-2", zone: "us-east-2b")
        await post(KubeSamples.pod("q", type: "a100", claim: "e"))
        try await bench.running {
            try await bench.until("ready") { await bench.isReady("p") }
            #expect(
                await bench.pod("p")["spec"]?["nodeName"]?.string == "ip-10-0-0-12.us-east-2.compute.internal"
            )
            let condition = await bench.condition("PodScheduled", of: "q")
            #expect(condition?["reason"]?.string == "Unschedulable")
            #expect(condition?["message"]?.string?.contains("volume node affinity conflict") == true)
        }
    }

    @Test func `what doesn't fit waits until GPUs are free`() async throws {
        for name in ["a", "b", "c"] { await post(KubeSamples.pod(name, gpus: 4)) }
        try await bench.running {
            try await bench.until("refused") {
                await bench.condition("PodScheduled", of: "c")?["reason"]?.string == "Unschedulable"
            }
            let message = await bench.condition("PodScheduled", of: "c")?["message"]?.string ?? ""
            #expect(message.contains("2 Insufficient nvidia.com/gpu"))
            #expect(await bench.eventReasons(about: "c") == ["FailedScheduling"])
            try await bench.until("ready") { await bench.isReady("a") }
            _ = await bench.send("DELETE", pods + "/a")
            try await bench.until("scheduled") { await bench.isReady("c") }
            #expect(await gone("a"))
        }
    }

    @Test func `a volume that can't be attached is tried again, and events tell`() async throws {
        bench.volumes.refuse("vol-1", times: 2)
        await disk("d", id: "vol-1")
        await post(KubeSamples.pod("p", claim: "d"))
        try await bench.running {
            try await bench.until("ready") { await bench.isReady("p") }
        }
        #expect(bench.volumes.log.filter { $0 == "attach vol-1" }.count == 3)
        #expect(await bench.eventReasons(about: "p").contains("FailedAttachVolume"))
    }

    @Test func `an image that isn't there is waited for`() async throws {
        bench.cluster.failImages(containing: ["broken"])
        await post(KubeSamples.pod("p", image: "example/broken:1"))
        try await bench.running {
            for reason in ["ErrImagePull", "ImagePullBackOff"] {
                try await bench.until(reason) {
                    let status = await bench.pod("p")["status"]?["containerStatuses"]?.items.first
                    return status?["state"]?["waiting"]?["reason"]?.string == reason
                }
            }
            #expect(await bench.pod("p")["status"]?["phase"]?.string == "Pending")
            bench.cluster.failImages(containing: [])
            try await bench.until("ready") { await bench.isReady("p") }
        }
    }

    @Test func `a secret's keys reach the process, and without the secret it isn't started`() async throws {
        var pod = KubeSamples.pod("p")
        pod["spec"]?["volumes"] = [["name": "keys", "secret": ["secretName": "keys"]]]
        await post(pod)
        try await bench.running {
            try await bench.until("the mount fails") {
                await bench.eventReasons(about: "p").contains("FailedMount")
            }
            let secret: KubeValue = [
                "metadata": ["name": "keys"], "stringData": ["authorized_keys": "ssh-ed25519 A"],
            ]
            #expect(await bench.send("POST", "/api/v1/namespaces/gpu-dev/secrets", secret).status == 201)
            try await bench.until("ready") { await bench.isReady("p") }
            #expect(bench.hosts.hosted("p")?.secrets["authorized_keys"] == Data("ssh-ed25519 A".utf8))
        }
    }

    @Test func `a deleted pod runs through its grace, then is unmounted, goes, and is detached`() async throws
    {
        await disk("d", id: "vol-1")
        await post(KubeSamples.pod("p", claim: "d"))
        try await bench.running {
            try await bench.until("ready") { await bench.isReady("p") }
            let start = bench.manual.now
            let answer = await bench.send("DELETE", pods + "/p")
            #expect(answer.value["metadata"]?["deletionTimestamp"]?.string != nil)
            #expect(answer.value["metadata"]?["deletionGracePeriodSeconds"]?.integer == 10)
            #expect(bench.hosts.running == ["p"])
            let end = try await bench.until("gone") { await gone("p") }
            #expect(end - start >= .seconds(12))
            #expect(bench.hosts.running.isEmpty)
            #expect(bench.volumes.attached["vol-1"] != nil)
            try await bench.until("detached") { bench.volumes.attached["vol-1"] == nil }
        }
        #expect(bench.volumes.log == ["attach vol-1", "mount vol-1", "unmount vol-1", "detach vol-1"])
    }

    @Test func `protection keeps the order of pod, claim and volume`() async throws {
        await disk("d", id: "vol-1")
        await post(KubeSamples.pod("p", claim: "d"))
        try await bench.running {
            try await bench.until("ready") { await bench.isReady("p") }
            _ = await bench.send("DELETE", KubeSamples.volumes + "/d")
            _ = await bench.send("DELETE", KubeSamples.claims + "/d")
            try await bench.until("a while") { bench.manual.now > .seconds(200) }
            #expect(await bench.get(KubeSamples.claims + "/d").value["metadata"]?["deletionTimestamp"] != nil)
            #expect(await bench.get(KubeSamples.volumes + "/d").value["status"]?["phase"]?.string == "Bound")
            _ = await bench.send("DELETE", pods + "/p")
            try await bench.until("all gone") { await bench.get(KubeSamples.volumes + "/d").status == 404 }
            #expect(await gone("p"))
            #expect(await bench.get(KubeSamples.claims + "/d").status == 404)
        }
        #expect(!bench.volumes.log.contains("reclaim vol-1"))
    }

    @Test func `a released volume is for nobody, and deleted only if its policy says so`() async throws {
        await disk("d", id: "vol-1")
        await disk("e", id: "vol-2", policy: "Delete")
        try await bench.running {
            for name in ["d", "e"] {
                try await bench.until("bound") {
                    await bench.get(KubeSamples.claims + "/\(name)").value["status"]?["phase"]?.string
                        == "Bound"
                }
                _ = await bench.send("DELETE", KubeSamples.claims + "/\(name)")
            }
            try await bench.until("released") {
                await bench.get(KubeSamples.volumes + "/d").value["status"]?["phase"]?.string == "Released"
            }
            _ = await bench.send("POST", KubeSamples.claims, KubeSamples.claim("d", volume: "d"))
            try await bench.until("reclaimed") { await bench.get(KubeSamples.volumes + "/e").status == 404 }
            #expect(await bench.get(KubeSamples.claims + "/d").value["status"]?["phase"]?.string == "Pending")
        }
        #expect(bench.volumes.log == ["reclaim vol-2"])
    }
}
