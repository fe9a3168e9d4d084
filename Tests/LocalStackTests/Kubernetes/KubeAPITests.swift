import Foundation
import LocalStack
import Testing

@Suite struct KubeAPITests {
    let bench = KubeBench()
    let maps = KubeSamples.maps

    @Test(arguments: ["a", "a-1.b", String(repeating: "a", count: 253), "0a"])
    func `a DNS subdomain is a name`(name: String) async {
        #expect(await bench.send("POST", maps, KubeSamples.map(name)).status == 201)
    }

    @Test(arguments: ["A", "a_b", "-a", "a-", "a..b", String(repeating: "a", count: 254), "a/b", "ä", "a\n"])
    func `what is no DNS subdomain is refused as invalid`(name: String) async {
        let answer = await bench.send("POST", maps, KubeSamples.map(name))
        #expect(answer.status == 422)
        #expect(answer.reason == "Invalid")
        #expect(answer.value["details"]?["causes"]?.items.first?["field"]?.string == "metadata.name")
    }

    @Test(arguments: [
        ("a", "", true), ("example.com/a", "B_c.d-e", true), ("a", String(repeating: "v", count: 63), true),
        ("a", String(repeating: "v", count: 64), false), ("a", "-v", false), ("a b", "v", false),
        ("/a", "v", false),
        ("a/b/c", "v", false), ("a", "user@example.com", false),
    ])
    func `labels have their own shape`(key: String, value: String, isGood: Bool) async {
        let answer = await bench.send("POST", maps, KubeSamples.map("a", labels: [key: value]))
        #expect(answer.status == (isGood ? 201 : 422))
    }

    @Test func `the two conflicts bear different reasons`() async {
        let first = await bench.send("POST", maps, KubeSamples.map("a"))
        #expect(!first.uid.isEmpty)
        let again = await bench.send("POST", maps, KubeSamples.map("a"))
        #expect(again.status == 409)
        #expect(again.reason == "AlreadyExists")
        var update = first.value
        update["data"] = ["a": "1"]
        #expect(await bench.send("PUT", maps + "/a", update).status == 200)
        let stale = await bench.send("PUT", maps + "/a", update)
        #expect(stale.status == 409)
        #expect(stale.reason == "Conflict")
    }

    @Test func `versions come from one counter and grow with every change`() async {
        let first = await bench.send("POST", maps, KubeSamples.map("a"))
        let second = await bench.send("POST", KubeSamples.services, KubeSamples.service("b", pod: "b"))
        #expect(Int(first.version) ?? 0 < Int(second.version) ?? 0)
        let change: KubeValue = ["data": ["k": "v"]]
        let merge = "application/merge-patch+json"
        let third = await bench.send("PATCH", maps + "/a", change, type: merge)
        #expect(Int(second.version) ?? 0 < Int(third.version) ?? 0)
        let same = await bench.send("PATCH", maps + "/a", change, type: merge)
        #expect(same.version == third.version)
    }

    @Test func `a delete whose preconditions are unmet is a conflict and deletes nothing`() async {
        let made = await bench.send("POST", maps, KubeSamples.map("a"))
        let other: KubeValue = ["preconditions": ["uid": "another"]]
        let refused = await bench.send("DELETE", maps + "/a", other)
        #expect(refused.status == 409)
        #expect(refused.reason == "Conflict")
        #expect(
            await bench.send("DELETE", maps + "/a", ["preconditions": ["resourceVersion": "1"]]).status == 409
        )
        #expect(await bench.get(maps + "/a").status == 200)
        let right: KubeValue = ["preconditions": ["uid": .string(made.uid)]]
        #expect(await bench.send("DELETE", maps + "/a", right).value["status"]?.string == "Success")
        #expect(await bench.get(maps + "/a").reason == "NotFound")
        #expect(await bench.send("DELETE", maps + "/a").status == 404)
    }

    @Test(arguments: [
        ("", ["a", "b", "c"]), ("tier=x", ["a"]), ("tier==x", ["a"]), ("tier!=x", ["b", "c"]),
        ("tier", ["a", "b"]),
        ("!tier", ["c"]), ("tier in (x,y)", ["a", "b"]), ("tier notin (x)", ["b", "c"]),
        ("tier in (x), app=g", ["a"]),
        ("app=g,tier!=x", ["b"]), ("tier=", []),
    ])
    func `label selectors choose`(selector: String, names: [String]) async {
        for (name, labels) in [
            ("a", ["tier": "x", "app": "g"]), ("b", ["tier": "y", "app": "g"]), ("c", [:]),
        ] {
            _ = await bench.send("POST", maps, KubeSamples.map(name, labels: labels))
        }
        #expect(await bench.get(maps, [("labelSelector", selector)]).names == names)
    }

    @Test(arguments: ["a in x", "a in (", "=x", "a=b=c d", "!!a", "a within (x)"])
    func `broken selectors are bad requests`(selector: String) async {
        #expect(await bench.get(maps, [("labelSelector", selector)]).status == 400)
    }

    @Test func `field selectors choose among the fields that are indexed`() async {
        _ = await bench.send("POST", KubeSamples.pods, KubeSamples.pod("a"))
        _ = await bench.send("POST", KubeSamples.pods, KubeSamples.pod("b"))
        let pods = KubeSamples.pods
        #expect(await bench.get(pods, [("fieldSelector", "metadata.name=b")]).names == ["b"])
        #expect(await bench.get(pods, [("fieldSelector", "status.phase=Pending")]).names == ["a", "b"])
        #expect(await bench.get(pods, [("fieldSelector", "spec.nodeName!=")]).names == [])
        #expect(await bench.get(pods, [("fieldSelector", "spec.image=x")]).status == 400)
    }

    @Test func `a long list comes in pages, and an old continue token is expired`() async {
        for number in 0..<5 { _ = await bench.send("POST", maps, KubeSamples.map("m\(number)")) }
        let first = await bench.get(maps, [("limit", "2")])
        #expect(first.names == ["m0", "m1"])
        #expect(first.value["metadata"]?["remainingItemCount"]?.integer == 3)
        let token = first.value["metadata"]?["continue"]?.string ?? ""
        let second = await bench.get(maps, [("limit", "3"), ("continue", token)])
        #expect(second.names == ["m2", "m3", "m4"])
        #expect(second.value["metadata"]?["continue"] == nil)
        _ = await bench.send("POST", maps, KubeSamples.map("m9"))
        bench.cluster.compact()
        let late = await bench.get(maps, [("limit", "2"), ("continue", token)])
        #expect(late.status == 410)
        #expect(late.reason == "Expired")
        #expect(await bench.get(maps, [("continue", "nonsense")]).status == 400)
    }

    @Test func `a name is generated from its prefix`() async {
        var map = KubeSamples.map("")
        map["metadata"] = ["generateName": "run-"]
        let first = await bench.send("POST", maps, map).value["metadata"]?["name"]?.string ?? ""
        let second = await bench.send("POST", maps, map).value["metadata"]?["name"]?.string ?? ""
        #expect(first.hasPrefix("run-"))
        #expect(first != second)
        #expect(await bench.send("POST", maps, KubeSamples.map("")).status == 422)
    }

    @Test func `nothing is made in a namespace that isn't there`() async {
        let answer = await bench.send("POST", "/api/v1/namespaces/nowhere/configmaps", KubeSamples.map("a"))
        #expect(answer.status == 404)
        #expect(answer.value["message"]?.string == "namespaces \"nowhere\" not found")
    }

    @Test func `a collection is deleted by its label`() async {
        for (name, tier) in [("a", "x"), ("b", "x"), ("c", "y")] {
            _ = await bench.send("POST", maps, KubeSamples.map(name, labels: ["tier": tier]))
        }
        let gone = await bench.send("DELETE", maps, query: [("labelSelector", "tier=x")])
        #expect(gone.status == 200)
        #expect(await bench.get(maps).names == ["c"])
    }

    @Test func `a fault is answered in the server's own format`() async {
        let error = Fault.Effect.error(code: "Forbidden", status: 403, message: "no rights")
        bench.faults.arm(
            Fault(service: "kubernetes", operation: "create configmaps", effect: error, times: 1)
        )
        let answer = await bench.send("POST", maps, KubeSamples.map("a"))
        #expect(answer.status == 403)
        #expect(answer.reason == "Forbidden")
        #expect(answer.value["kind"]?.string == "Status")
        #expect(await bench.get(maps + "/a").status == 404)
        bench.faults.arm(
            Fault(
                service: "kubernetes",
                operation: "create configmaps",
                effect: .drop,
                moment: .after,
                times: 1
            )
        )
        let lost = await bench.raw("POST", maps, KubeSamples.map("a").json)
        guard case .dropped = lost.body else { return #expect(Bool(false), "the answer arrived") }
        #expect(await bench.get(maps + "/a").status == 200)
    }

    @Test(arguments: [
        "/version", "/api", "/apis", "/api/v1", "/apis/coordination.k8s.io/v1", "/healthz", "/readyz",
    ])
    func `discovery answers`(path: String) async {
        #expect(await bench.raw("GET", path).status == 200)
    }

    @Test(arguments: [
        ("GET", "/api/v1/namespaces/gpu-dev/widgets", 404), ("GET", "/api/v1/pods/a", 404), ("GET", "", 404),
        ("GET", "/api/v1/namespaces/gpu-dev/nodes", 404), ("POST", "/api/v1/namespaces/gpu-dev/pods/a", 405),
        ("GET", "/api/v1/namespaces/gpu-dev/configmaps/a/status", 404), ("PUT", "/api/v1/nodes", 405),
        ("GET", "/api/v1/namespaces/%2F/pods", 404), ("GET", "/api/v1/namespaces/%ZZ/pods", 404),
        ("POST", "/api/v1/pods", 400),
    ])
    func `paths that mean nothing are refused`(method: String, path: String, status: Int) async {
        #expect(await bench.send(method, path, KubeSamples.pod("a")).status == status)
    }

    @Test(arguments: [
        "", "{", "[]", "null", "{\"metadata\":[]}", "{\"metadata\":{\"name\":5}}",
        "{\"metadata\":{\"labels\":7}}",
        "{\"metadata\":{\"name\":\"a\"},\"spec\":[]}", "{\"kind\":\"Pod\",\"spec\":{\"containers\":{}}}",
        "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"containers\":[1,null]}}", "{\"a\":1e999}", "\u{FEFF}{}",
        "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\",\"resources\":{\"limits\":{\"cpu\":\"9e99\"}}}]}}",
    ])
    func `broken pods are refused and nothing breaks`(body: String) async {
        let answer = await bench.raw("POST", KubeSamples.pods, Data(body.utf8))
        #expect((400..<500).contains(answer.status))
    }

    @Test func `a text nested too deeply is no JSON`() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: (any Error).self) { try KubeValue(json: Data(deep.utf8)) }
    }

    @Test(arguments: [
        "{\"a\":[1,-2,1.5,true,null,\"x\\n\\\"\\\\\\u00e9\\ud83d\\ude00\"]}", "\"\"", "9223372036854775807",
    ])
    func `JSON survives being read and written`(text: String) throws {
        let value = try KubeValue(json: Data(text.utf8))
        #expect(try KubeValue(json: value.json) == value)
    }
}
