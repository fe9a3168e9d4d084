import Fleet
import Foundation
import Kubernetes
import LocalStack
import Reservations
import Testing

/// The pod host from anchor to nothing, against a cluster that keeps the API server's rules.
@Suite("The pod host", .timeLimit(.minutes(1))) struct PodHostContract {
    @Test(arguments: [PodHostBench.onVolume, PodHostBench.without])
    func `a pod is posted, becomes ready, is found again, and leaves nothing behind`(
        _ storage: PodStorage
    ) async throws {
        try await withPodHost { bench in
            let order = try await bench.prepared(storage)
            let early = try await bench.failed {
                _ = try await bench.host.sshAddress(of: bench.names, node: order.promise.node)
            }
            #expect(early == .notFound)
            guard case .posted(let uid) = try await bench.host.post(order) else {
                throw TestFailure("it was there already")
            }
            var seen: PodSighting?
            try await bench.cluster.until {
                seen = try await bench.host.pod(bench.names)
                return seen?.phase == .ready
            }
            #expect(seen?.uid == uid)
            #expect(seen?.node == order.promise.node)
            #expect(seen?.reservation == bench.id)
            #expect(seen?.generation == 2)
            #expect(
                try await bench.host.post(order)
                    == .existed(uid: uid, volume: storage.volume, isTerminating: false)
            )
            let address = try await bench.host.sshAddress(of: bench.names, node: order.promise.node)
            #expect((30_000...32_767).contains(address.port))
            #expect(address.host.hasPrefix("127."))
            let nodes = try await bench.host.nodes(of: GPUType(unchecked: "a100"))
            #expect(nodes.flatMap(\.held).map(\.reservation) == [bench.id])
            #expect(nodes.flatMap(\.held).map(\.count) == [2])
            let kinds = try await bench.host.objects(of: bench.id).map(\.kind)
            let disk = storage.volume == nil ? [] : ["PersistentVolume", "PersistentVolumeClaim"]
            #expect(kinds.sorted() == (["ConfigMap", "Pod", "Secret", "Service", "Service"] + disk).sorted())
            try await bench.end()
            #expect(try await bench.host.pod(bench.names) == nil)
            #expect(try await bench.host.nodes(of: GPUType(unchecked: "a100")).flatMap(\.held).isEmpty)
        }
    }

    @Test func `keys are made once and read back by whoever comes later`() async throws {
        try await withPodHost { bench in
            let anchor = try await bench.host.anchor(of: bench.id, user: bench.user)
            let first = try await bench.keys(anchor: anchor)
            #expect(first.authorized == [try bench.key()])
            #expect(first.hostKey == (try bench.hostKey().publicLine))
            #expect(try await bench.keys(anchor: anchor, "F", seed: 2) == first)
        }
    }

    @Test func `an anchor is made once, and one that is going isn't taken`() async throws {
        try await withPodHost { bench in
            let anchor = try await bench.host.anchor(of: bench.id, user: bench.user)
            #expect(try await bench.host.anchor(of: bench.id, user: bench.user) == anchor)
            try await finalizers(bench, ConfigMap.self, PodNames.anchor(bench.id), ["example.org/hold"])
            #expect(try await bench.host.deleteAnchor(of: bench.id) == false)
            let code = try await bench.failed {
                _ = try await bench.host.anchor(of: bench.id, user: bench.user)
            }
            #expect(code == .unavailable)
            try await finalizers(bench, ConfigMap.self, PodNames.anchor(bench.id), [])
            #expect(try await bench.host.deleteAnchor(of: bench.id))
            #expect(try await bench.host.anchor(of: bench.id, user: bench.user) != anchor)
        }
    }

    @Test func `another fleet's anchor is foreign, and isn't deleted`() async throws {
        try await withPodHost { bench in
            let other = podHost(bench.client, fleet: "fleet-2")
            let anchor = try await other.anchor(of: bench.id, user: bench.user)
            #expect(
                try await bench.failed { _ = try await bench.host.anchor(of: bench.id, user: bench.user) }
                    == .foreign
            )
            #expect(
                try await bench.failed { _ = try await bench.host.deleteAnchor(of: bench.id) } == .foreign
            )
            #expect(try await bench.host.objects(of: bench.id).isEmpty)
            #expect(try await other.anchor(of: bench.id, user: bench.user) == anchor)
        }
    }

    @Test func `a lost answer to a posting is found by the pod's name`() async throws {
        try await withPodHost { bench in
            let order = try await bench.prepared(PodHostBench.onVolume)
            for operation in ["services", "persistentvolumes", "persistentvolumeclaims", "pods"] {
                bench.cluster.faults.arm(
                    Fault(
                        service: "kubernetes",
                        operation: "create \(operation)",
                        effect: .drop,
                        moment: .after,
                        times: 1
                    )
                )
            }
            for _ in 1...4 {
                #expect(try await bench.failed { _ = try await bench.host.post(order) } == .unavailable)
            }
            guard case .existed(_, let volume, let isTerminating) = try await bench.host.post(order) else {
                throw TestFailure("a second pod was posted")
            }
            #expect(volume == PodHostBench.volume)
            #expect(!isTerminating)
            #expect(bench.cluster.faults.armed.isEmpty)
        }
    }
}

/// Replaces an object's finalizers, past the host.
func finalizers<R: KubernetesResource>(
    _ bench: PodHostBench,
    _ type: R.Type,
    _ name: String,
    _ finalizers: [String]
) async throws {
    _ = try await bench.cluster.direct.patch(
        type,
        name,
        in: R.isNamespaced ? ClusterBench.namespace : nil,
        with: MetadataPatch(.init(finalizers: finalizers))
    )
}
