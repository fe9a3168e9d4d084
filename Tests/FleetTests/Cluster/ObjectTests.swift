import Fleet
import Reservations
import Testing

@Suite struct ObjectTests {
    let bench = ClusterBench()

    @Test func `everything with the reservation's label is listed, of this fleet and no other`() async throws
    {
        _ = try await bench.host.anchor(of: bench.id, user: bench.user)
        _ = try await bench.host.post(bench.order())
        bench.server.put(
            "\(ClusterBench.namespace)/pods/theirs",
            bench.object("Pod", "theirs", ["spec": ["containers": []]]).merging([
                "metadata": ["labels": ["berth.dev/fleet": "fleet-2"]]
            ])
        )
        let objects = try await bench.host.objects(of: bench.id)
        #expect(
            objects.map(\.kind).sorted() == [
                "ConfigMap", "PersistentVolume", "PersistentVolumeClaim", "Pod", "Service", "Service",
            ]
        )
        #expect(!objects.contains { $0.name == "theirs" })
    }

    @Test func `each is deleted by its own uid until nothing is left`() async throws {
        _ = try await bench.host.post(bench.order())
        for object in try await bench.host.objects(of: bench.id) { try await bench.host.delete(object) }
        #expect(try await bench.host.objects(of: bench.id).isEmpty)
        let uids = bench.server.calls.filter { $0.method == "DELETE" }.map {
            $0.body?["preconditions"]?["uid"]
        }
        #expect(uids.allSatisfy { $0 != nil })
    }

    @Test func `what is gone, or has a namesake with another uid, needs no deleting`() async throws {
        let pod = ClusterObject(kind: "Pod", name: bench.names.pod, uid: "uid-gone", isTerminating: false)
        try await bench.host.delete(pod)
        _ = try await bench.host.post(bench.order())
        try await bench.host.delete(pod)
        #expect(bench.server.object("\(ClusterBench.namespace)/pods/\(bench.names.pod)") != nil)
    }

    @Test func `a delete without an answer is an error`() async {
        bench.server.fail(bench.names.pod, with: 500)
        let pod = ClusterObject(kind: "Pod", name: bench.names.pod, uid: "uid-1", isTerminating: false)
        #expect(await podErrorCode { try await bench.host.delete(pod) } == .unavailable)
    }

    @Test func `a kind that isn't ours to delete is refused`() async {
        let node = ClusterObject(kind: "Node", name: "node-1", uid: "uid-1", isTerminating: false)
        #expect(await podErrorCode { try await bench.host.delete(node) } == .refused)
    }

    @Test func `a list that can't be read is an error, never an empty one`() async {
        bench.server.fail("/persistentvolumes", with: 500)
        #expect(await podErrorCode { _ = try await bench.host.objects(of: bench.id) } == .unavailable)
    }
}
