import Fleet
import Foundation
import Kubernetes
import LocalStack
import Reservations
import Testing

/// What the pod host makes of names that are taken: every way in which a 409 comes about.
@Suite("The pod host: taken names", .timeLimit(.minutes(1))) struct TakenNameContract {
    private func posted(_ bench: PodHostBench, _ storage: PodStorage) async throws -> (PodOrder, String) {
        let order = try await bench.prepared(storage)
        guard case .posted(let uid) = try await bench.host.post(order) else {
            throw TestFailure("it was there already")
        }
        return (order, uid)
    }

    @Test func `a pod that runs on another volume is told with that volume`() async throws {
        try await withPodHost { bench in
            let (first, uid) = try await posted(bench, PodHostBench.onVolume)
            let other = try await bench.order(
                .volume(PodHostBench.otherVolume, generation: 2),
                anchor: first.anchorUID
            )
            let truth = Posting.existed(uid: uid, volume: PodHostBench.volume, isTerminating: false)
            #expect(try await bench.host.post(other) == truth)
            let none = try await bench.order(PodHostBench.without, anchor: first.anchorUID)
            #expect(try await bench.host.post(none) == truth)
        }
    }

    @Test func `a pod that runs without a volume is told as such`() async throws {
        try await withPodHost { bench in
            let (first, uid) = try await posted(bench, PodHostBench.without)
            let order = try await bench.order(PodHostBench.onVolume, anchor: first.anchorUID)
            #expect(try await bench.host.post(order) == .existed(uid: uid, volume: nil, isTerminating: false))
        }
    }

    @Test func `a pod that is being deleted is told as such`() async throws {
        try await withPodHost { bench in
            let (order, uid) = try await posted(bench, PodHostBench.without)
            try await finalizers(bench, Pod.self, bench.names.pod, ["example.org/hold"])
            _ = try await bench.cluster.direct.delete(Pod.self, bench.names.pod, in: ClusterBench.namespace)
            #expect(try await bench.host.post(order) == .existed(uid: uid, volume: nil, isTerminating: true))
            try await bench.cluster.until { try await bench.host.pod(bench.names)?.isTerminating == true }
            try await finalizers(bench, Pod.self, bench.names.pod, [])
            try await bench.cluster.until { try await bench.host.pod(bench.names) == nil }
            guard case .posted(let next) = try await bench.host.post(order) else {
                throw TestFailure("it isn't gone")
            }
            #expect(next != uid)
        }
    }

    @Test func `a pod that refers to another anchor counts as going`() async throws {
        try await withPodHost { bench in
            let (_, uid) = try await posted(bench, PodHostBench.without)
            let order = try await bench.order(PodHostBench.without, anchor: "another-uid")
            // The services are spared for their anchor's sake, and aren't this order's.
            let posting = try? await bench.host.post(order)
            #expect(
                posting == nil || posting == .existed(uid: uid, volume: nil, isTerminating: true)
            )
        }
    }

    @Test func `a stranger's pod, service or claim under our name is foreign`() async throws {
        try await withPodHost { bench in
            let order = try await bench.prepared(PodHostBench.without)
            let stranger = ObjectMeta(name: bench.names.pod, namespace: ClusterBench.namespace)
            let container = Container(name: "c", image: "i")
            _ = try await bench.cluster.direct.create(
                Pod(metadata: stranger, spec: PodSpec(containers: [container]))
            )
            #expect(try await bench.failed { _ = try await bench.host.post(order) } == .foreign)
            #expect(try await bench.failed { _ = try await bench.host.pod(bench.names) } == .foreign)
            #expect(!(try await bench.host.objects(of: bench.id)).contains { $0.kind == "Pod" })
            let still: Pod = try await bench.client.get(
                Pod.self,
                bench.names.pod,
                in: ClusterBench.namespace
            )
            #expect(still.metadata.deletionTimestamp == nil)
        }
    }

    @Test func `another volume under the name of ours, without a pod, is foreign`() async throws {
        try await withPodHost { bench in
            let (first, uid) = try await posted(bench, PodHostBench.onVolume)
            _ = try await bench.cluster.direct.delete(
                Pod.self,
                bench.names.pod,
                in: ClusterBench.namespace,
                options: DeleteOptions(uid: uid, gracePeriod: .zero)
            )
            try await bench.cluster.until { try await bench.host.pod(bench.names) == nil }
            let other = try await bench.order(
                .volume(PodHostBench.otherVolume, generation: 2),
                anchor: first.anchorUID
            )
            #expect(try await bench.failed { _ = try await bench.host.post(other) } == .foreign)
            guard case .posted = try await bench.host.post(first) else {
                throw TestFailure("its own volume is taken for another's")
            }
        }
    }

    @Test func `an object is deleted by its uid alone, so a namesake is spared`() async throws {
        try await withPodHost { bench in
            let (order, _) = try await posted(bench, PodHostBench.without)
            let old = try #require(try await bench.host.objects(of: bench.id).first { $0.kind == "Pod" })
            try await bench.host.delete(old)
            try await bench.cluster.until { try await bench.host.pod(bench.names) == nil }
            guard case .posted(let uid) = try await bench.host.post(order) else {
                throw TestFailure("it isn't gone")
            }
            try await bench.host.delete(old)
            let next: Pod = try await bench.client.get(
                Pod.self,
                bench.names.pod,
                in: ClusterBench.namespace
            )
            #expect(next.metadata.uid == uid)
            #expect(next.metadata.deletionTimestamp == nil)
        }
    }

    @Test func `what is posted late under a dead anchor is collected, its volume's object too`() async throws
    {
        try await withPodHost { bench in
            let order = try await bench.prepared(PodHostBench.onVolume)
            try await bench.cluster.until { try await bench.host.deleteAnchor(of: bench.id) }
            try await bench.cluster.until { try await bench.host.objects(of: bench.id).isEmpty }
            // As a worker that was paused would: it knows nothing of the end.
            _ = try? await bench.host.post(order)
            _ = try? await bench.keys(anchor: order.anchorUID)
            #expect(!(try await bench.host.objects(of: bench.id)).isEmpty)
            // A volume's object can't be owned: it is found by its label, and deleted by its uid.
            try await bench.cluster.until {
                Set(try await bench.host.objects(of: bench.id).map(\.kind)) == ["PersistentVolume"]
            }
            try await bench.end()
        }
    }

    @Test func `a secret that goes with a dead anchor isn't read as keys`() async throws {
        try await withPodHost { bench in
            let first = try await bench.host.anchor(of: bench.id, user: bench.user)
            _ = try await bench.keys(anchor: first)
            try await finalizers(bench, Secret.self, bench.names.secret, ["example.org/hold"])
            try await bench.cluster.until { try await bench.host.deleteAnchor(of: bench.id) }
            let second = try await bench.host.anchor(of: bench.id, user: bench.user)
            #expect(try await bench.failed { _ = try await bench.keys(anchor: second, "F") } == .unavailable)
            try await bench.cluster.until {
                try await bench.host.objects(of: bench.id).contains {
                    $0.kind == "Secret" && $0.isTerminating
                }
            }
            try await finalizers(bench, Secret.self, bench.names.secret, [])
            let keys = try await bench.keys(anchor: second, "F")
            #expect(keys.authorized == [try bench.key("F")])
        }
    }
}
