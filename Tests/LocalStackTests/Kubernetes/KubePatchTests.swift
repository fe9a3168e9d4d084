import Foundation
import LocalStack
import Testing

@Suite struct KubePatchTests {
    let bench = KubeBench()
    let maps = KubeSamples.maps
    let merge = "application/merge-patch+json"

    private func made() async -> KubeBench.Answer {
        var map = KubeSamples.map("a", labels: ["x": "1"])
        map["data"] = ["keep": "1", "drop": "2"]
        map["metadata"]?["finalizers"] = ["example.com/held"]
        return await bench.send("POST", maps, map)
    }

    @Test func `a merge patch sets and removes`() async {
        _ = await made()
        let patch: KubeValue = ["data": ["drop": .null, "new": "3"], "metadata": ["labels": ["y": "2"]]]
        let answer = await bench.send("PATCH", maps + "/a", patch, type: merge)
        #expect(answer.value["data"]?.strings == ["keep": "1", "new": "3"])
        #expect(answer.value["metadata"]?["labels"]?.strings == ["x": "1", "y": "2"])
    }

    @Test func `a patch that names a version is refused on another one`() async {
        let first = await made()
        let patch: KubeValue = ["metadata": ["resourceVersion": .string(first.version)], "data": ["n": "1"]]
        #expect(await bench.send("PATCH", maps + "/a", patch, type: merge).status == 200)
        var again = patch
        again["data"] = ["n": "2"]
        let refused = await bench.send("PATCH", maps + "/a", again, type: merge)
        #expect(refused.reason == "Conflict")
        let wrong: KubeValue = ["metadata": ["uid": "another"]]
        #expect(await bench.send("PATCH", maps + "/a", wrong, type: merge).reason == "Conflict")
    }

    @Test func `a strategic patch merges lists by their key`() async {
        _ = await bench.send("POST", KubeSamples.pods, KubeSamples.pod("p"))
        let patch: KubeValue = ["spec": ["containers": [["name": "gpu-dev", "image": "example/other:2"]]]]
        let type = "application/strategic-merge-patch+json"
        let answer = await bench.send("PATCH", KubeSamples.pods + "/p", patch, type: type)
        #expect(answer.status == 200)
        #expect(answer.value["spec"]?["containers"]?.items.count == 1)
        #expect(answer.value["spec"]?["containers"]?.items.first?["image"]?.string == "example/other:2")
        #expect(
            answer.value["spec"]?["containers"]?.items.first?["imagePullPolicy"]?.string == "IfNotPresent"
        )
        #expect(answer.value["metadata"]?["generation"]?.integer == 2)
        _ = await made()
        let removal: KubeValue = ["metadata": ["$deleteFromPrimitiveList/finalizers": ["example.com/held"]]]
        let freed = await bench.send("PATCH", maps + "/a", removal, type: type)
        #expect(freed.value["metadata"]?["finalizers"] == nil)
    }

    @Test func `a JSON patch tests, adds and removes, wholly or not at all`() async {
        _ = await made()
        let type = "application/json-patch+json"
        let good: KubeValue = [
            ["op": "test", "path": "/data/keep", "value": "1"], ["op": "remove", "path": "/data/drop"],
            ["op": "add", "path": "/metadata/labels/a~1b", "value": "c"],
            ["op": "remove", "path": "/metadata/finalizers/0"],
        ]
        let answer = await bench.send("PATCH", maps + "/a", good, type: type)
        #expect(answer.value["data"]?.strings == ["keep": "1"])
        #expect(answer.value["metadata"]?["labels"]?["a/b"]?.string == "c")
        #expect(answer.value["metadata"]?["finalizers"] == nil)
        for bad: KubeValue in [
            [["op": "test", "path": "/data/keep", "value": "2"]], [["op": "remove", "path": "/data/none"]],
            [["op": "add", "path": "/data/x/y/z", "value": 1]], [["op": "fly", "path": "/data"]], [[:]],
        ] {
            #expect(await bench.send("PATCH", maps + "/a", bad, type: type).status == 422)
        }
    }

    @Test func `apply makes or merges, and needs a manager`() async {
        let type = "application/apply-patch+yaml"
        var map = KubeSamples.map("a")
        map["data"] = ["k": "1"]
        #expect(await bench.send("PATCH", maps + "/a", map, type: type).status == 400)
        let manager = [(name: "fieldManager", value: "berth")]
        let made = await bench.send("PATCH", maps + "/a", map, query: manager, type: type)
        #expect(made.status == 201)
        map["data"] = ["l": "2"]
        let merged = await bench.send("PATCH", maps + "/a", map, query: manager, type: type)
        #expect(merged.status == 200)
        #expect(merged.uid == made.uid)
        #expect(merged.value["data"]?.strings == ["k": "1", "l": "2"])
        #expect(merged.value["metadata"]?["managedFields"]?.items.first?["manager"]?.string == "berth")
    }

    @Test func `an unknown kind of patch is refused`() async {
        _ = await made()
        #expect(await bench.send("PATCH", maps + "/a", [:]).status == 415)
        #expect(await bench.send("PATCH", maps + "/b", [:], type: merge).status == 404)
    }

    @Test func `a finalizer holds what is deleted until it is taken away`() async {
        let made = await made()
        let held = await bench.send("DELETE", maps + "/a")
        #expect(held.value["metadata"]?["deletionTimestamp"]?.string != nil)
        let again = await bench.send("POST", maps, KubeSamples.map("a"))
        #expect(again.reason == "AlreadyExists")
        let more: KubeValue = ["metadata": ["finalizers": ["example.com/held", "example.com/more"]]]
        #expect(await bench.send("PATCH", maps + "/a", more, type: merge).status == 422)
        let free: KubeValue = ["metadata": ["finalizers": .null]]
        #expect(await bench.send("PATCH", maps + "/a", free, type: merge).uid == made.uid)
        #expect(await bench.get(maps + "/a").status == 404)
    }

    @Test func `status and the rest change apart from each other`() async {
        _ = await bench.send("POST", KubeSamples.pods, KubeSamples.pod("p"))
        let path = KubeSamples.pods + "/p"
        let status: KubeValue = ["status": ["message": "hello"], "metadata": ["labels": ["app": "other"]]]
        let main = await bench.send("PATCH", path, ["status": ["message": "hello"]], type: merge)
        #expect(main.value["status"]?["message"] == nil)
        let sub = await bench.send("PATCH", path + "/status", status, type: merge)
        #expect(sub.value["status"]?["message"]?.string == "hello")
        #expect(sub.value["metadata"]?["labels"]?["app"]?.string == "gpu-dev-pod")
    }

    @Test func `a pod's spec can't be changed`() async {
        _ = await bench.send("POST", KubeSamples.pods, KubeSamples.pod("p"))
        let patch: KubeValue = ["spec": ["nodeSelector": ["GpuType": "h100"]]]
        let answer = await bench.send("PATCH", KubeSamples.pods + "/p", patch, type: merge)
        #expect(answer.status == 422)
        #expect(answer.reason == "Invalid")
    }
}
