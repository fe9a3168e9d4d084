import Foundation
import LocalStack
import Testing

@Suite struct KubeGarbageTests {
    let bench = KubeBench()
    let maps = KubeSamples.maps

    private func anchor() async -> String {
        await bench.send("POST", maps, KubeSamples.map("anchor")).uid
    }

    private func exists(_ path: String) async -> Bool { await bench.get(path).status == 200 }

    @Test func `what an anchor owns goes after it`() async throws {
        let uid = await anchor()
        _ = await bench.send(
            "POST",
            maps,
            KubeSamples.map("owned", owners: [KubeSamples.owner("anchor", uid)])
        )
        _ = await bench.send("POST", maps, KubeSamples.map("free"))
        try await bench.running {
            try await bench.until("10 s") { bench.manual.now > .seconds(10) }
            #expect(await exists(maps + "/owned"))
            _ = await bench.send("DELETE", maps + "/anchor")
            #expect(await exists(maps + "/owned"))
            try await bench.until("collected") { await !exists(maps + "/owned") }
            #expect(await exists(maps + "/free"))
        }
    }

    @Test func `what is made later and refers to a dead uid is collected, a namesake of the owner or not`()
        async throws
    {
        let dead = await anchor()
        _ = await bench.send("DELETE", maps + "/anchor")
        let alive = await anchor()
        #expect(alive != dead)
        var service = KubeSamples.service("s", pod: "p")
        service["metadata"]?["ownerReferences"] = [KubeSamples.owner("anchor", dead)]
        let late = service
        try await bench.running {
            let made = await bench.send("POST", KubeSamples.services, late)
            #expect(made.status == 201)
            try await bench.until("collected") { await !exists(KubeSamples.services + "/s") }
            #expect(await exists(maps + "/anchor"))
        }
    }

    @Test func `an owner in another namespace is none`() async throws {
        let elsewhere = "/api/v1/namespaces/default/configmaps"
        let uid = await bench.send("POST", elsewhere, KubeSamples.map("anchor")).uid
        try await bench.running {
            _ = await bench.send(
                "POST",
                maps,
                KubeSamples.map("a", owners: [KubeSamples.owner("anchor", uid)])
            )
            try await bench.until("collected") { await !exists(maps + "/a") }
        }
    }

    @Test func `with one owner left an object stays and forgets the dead one`() async throws {
        let uid = await anchor()
        let other = await bench.send("POST", maps, KubeSamples.map("other")).uid
        let owners = [KubeSamples.owner("anchor", uid), KubeSamples.owner("other", other)]
        _ = await bench.send("POST", maps, KubeSamples.map("a", owners: owners))
        _ = await bench.send("DELETE", maps + "/anchor")
        try await bench.running {
            try await bench.until("the reference is gone") {
                await bench.get(maps + "/a").value["metadata"]?["ownerReferences"]?.items.count == 1
            }
        }
    }

    @Test func `in the foreground the owner waits for what blocks it`() async throws {
        let uid = await anchor()
        var owned = KubeSamples.map("owned", owners: [KubeSamples.owner("anchor", uid, blocking: true)])
        owned["metadata"]?["finalizers"] = ["example.com/held"]
        _ = await bench.send("POST", maps, owned)
        try await bench.running {
            _ = await bench.send("DELETE", maps + "/anchor", ["propagationPolicy": "Foreground"])
            try await bench.until("the dependent is marked") {
                await bench.get(maps + "/owned").value["metadata"]?["deletionTimestamp"] != nil
            }
            #expect(await exists(maps + "/anchor"))
            let free: KubeValue = ["metadata": ["finalizers": .null]]
            _ = await bench.send("PATCH", maps + "/owned", free, type: "application/merge-patch+json")
            try await bench.until("both are gone") { await !exists(maps + "/anchor") }
            #expect(await !exists(maps + "/owned"))
        }
    }

    @Test func `orphans stay`() async throws {
        let uid = await anchor()
        _ = await bench.send(
            "POST",
            maps,
            KubeSamples.map("owned", owners: [KubeSamples.owner("anchor", uid)])
        )
        try await bench.running {
            _ = await bench.send("DELETE", maps + "/anchor", ["propagationPolicy": "Orphan"])
            try await bench.until("the owner is gone") { await !exists(maps + "/anchor") }
            #expect(await bench.get(maps + "/owned").value["metadata"]?["ownerReferences"] == nil)
        }
    }

    @Test func `a namespace goes with everything in it`() async throws {
        _ = await bench.send("POST", maps, KubeSamples.map("a"))
        // Before the controllers run: they may be done with it at once.
        _ = await bench.send("DELETE", "/api/v1/namespaces/gpu-dev")
        #expect(await bench.send("POST", maps, KubeSamples.map("b")).reason == "Forbidden")
        try await bench.running {
            try await bench.until("gone") { await !exists("/api/v1/namespaces/gpu-dev") }
            #expect(await !exists(maps + "/a"))
        }
    }
}
