import Foundation
import Kubernetes
import LocalStack
import Testing

/// Our client's calls against our server's rules, over HTTP.
@Suite("Kubernetes: calls", .timeLimit(.minutes(1))) struct ClientContract {
    private func map(_ name: String, labels: [String: String] = [:]) -> ConfigMap {
        ConfigMap(
            metadata: ObjectMeta(name: name, namespace: ClusterBench.namespace, labels: labels),
            data: ["text": "ä \u{1F600}\n\"\\"]
        )
    }

    private func get(_ bench: ClusterBench, _ name: String) async throws -> ConfigMap {
        try await bench.client.get(ConfigMap.self, name, in: ClusterBench.namespace)
    }

    @Test func `an object is made once, read back, and gone when deleted by its uid`() async throws {
        try await withCluster { bench in
            let made = try await bench.client.create(map("a", labels: ["x": "y"]))
            #expect(made.metadata.uid?.isEmpty == false)
            #expect(made.metadata.creationTimestamp != nil)
            #expect(try await get(bench, "a") == made)
            #expect(made.data == map("a").data)
            let again = try await failure(KubernetesError.self) { try await bench.client.create(map("a")) }
            #expect(again.reason == .alreadyExists)
            #expect(again.code == 409)
            #expect(!again.mayHaveTakenEffect && !again.retriable)
            let namesake = try await failure(KubernetesError.self) {
                try await bench.client.delete(
                    ConfigMap.self,
                    "a",
                    in: ClusterBench.namespace,
                    options: DeleteOptions(uid: "another")
                )
            }
            #expect(namesake.reason == .conflict)
            #expect(namesake.code == 409)
            let options = DeleteOptions(uid: made.metadata.uid)
            _ = try await bench.client.delete(
                ConfigMap.self,
                "a",
                in: ClusterBench.namespace,
                options: options
            )
            let gone = try await failure(KubernetesError.self) { try await get(bench, "a") }
            #expect(gone.reason == .notFound)
            #expect(gone.details?.name == "a")
        }
    }

    @Test func `a namespace that isn't there is no object that isn't there`() async throws {
        try await withCluster { bench in
            let error = try await failure(KubernetesError.self) {
                try await bench.client.create(map("a"), in: "nowhere")
            }
            #expect([.notFound, .invalid].contains(error.reason))
            let wrong = try await failure(KubernetesError.self) {
                try await bench.client.create(map("Not A Name"))
            }
            #expect(wrong.reason == .invalid)
        }
    }

    @Test func `a patch sets and removes, and is refused for another version or uid`() async throws {
        try await withCluster { bench in
            let made = try await bench.client.create(map("a", labels: ["x": "1", "y": "2"]))
            func patch(_ metadata: MetadataPatch.Metadata) async throws -> ConfigMap {
                try await bench.client.patch(
                    ConfigMap.self,
                    "a",
                    in: ClusterBench.namespace,
                    with: MetadataPatch(metadata)
                )
            }
            let version = made.metadata.resourceVersion
            let patched = try await patch(
                .init(resourceVersion: version, labels: ["x": .remove, "z": .set("3")])
            )
            #expect(patched.metadata.labels == ["y": "2", "z": "3"])
            #expect(patched.metadata.resourceVersion != version)
            #expect(patched.data == made.data)
            let late = try await failure(KubernetesError.self) {
                try await patch(.init(resourceVersion: version, labels: ["y": .remove]))
            }
            #expect(late.reason == .conflict)
            let other = try await failure(KubernetesError.self) {
                try await patch(.init(uid: "another", labels: ["y": .remove]))
            }
            #expect([.invalid, .conflict].contains(other.reason))
            #expect(try await get(bench, "a") == patched)
        }
    }

    @Test func `a list has all pages of one moment, by label and by field`() async throws {
        try await withCluster(pageSize: 3) { bench in
            for number in 0..<10 {
                _ = try await bench.client.create(map("m\(number)", labels: ["odd": "\(number % 2 == 1)"]))
            }
            func names(_ labels: LabelSelector, _ fields: FieldSelector = .everything) async throws -> Set<
                String
            > {
                let list = try await bench.client.list(
                    ConfigMap.self,
                    in: ClusterBench.namespace,
                    labels: labels,
                    fields: fields
                )
                let names = list.items.compactMap(\.metadata.name).filter { $0.hasPrefix("m") }
                #expect(Set(names).count == names.count)
                return Set(names)
            }
            #expect(try await names(.everything).count == 10)
            #expect(
                try await names(LabelSelector(matching: ["odd": "true"])) == ["m1", "m3", "m5", "m7", "m9"]
            )
            let some = LabelSelector([try .exists("odd"), try .isNone("odd", of: ["true", "maybe"])])
            #expect(try await names(some) == ["m0", "m2", "m4", "m6", "m8"])
            #expect(try await names(.everything, FieldSelector(matching: ["metadata.name": "m4"])) == ["m4"])
        }
    }

    @Test func `a finalizer holds a deleted object, marked, until it is taken off`() async throws {
        try await withCluster { bench in
            var held = map("a")
            held.metadata.finalizers = ["example.org/hold"]
            _ = try await bench.client.create(held)
            _ = try await bench.client.delete(ConfigMap.self, "a", in: ClusterBench.namespace)
            #expect(try await get(bench, "a").metadata.deletionTimestamp != nil)
            _ = try await bench.client.patch(
                ConfigMap.self,
                "a",
                in: ClusterBench.namespace,
                with: MetadataPatch(.init(finalizers: []))
            )
            let gone = try await failure(KubernetesError.self) { try await get(bench, "a") }
            #expect(gone.reason == .notFound)
        }
    }

    @Test func `a write whose answer is lost is sent once, and may have taken effect`() async throws {
        try await withCluster { bench in
            bench.faults.arm(
                Fault(
                    service: "kubernetes",
                    operation: "create configmaps",
                    effect: .drop,
                    moment: .after,
                    times: 1
                )
            )
            let error = try await failure(KubernetesError.self) { try await bench.client.create(map("a")) }
            #expect(error.mayHaveTakenEffect)
            #expect(error.retriable)
            #expect(bench.faults.armed.isEmpty)
            #expect(try await get(bench, "a").metadata.name == "a")
        }
    }

    @Test func `a read whose answer is lost, or that is put off, is sent again`() async throws {
        try await withCluster { bench in
            _ = try await bench.client.create(map("a"))
            let effects: [Fault.Effect] = [
                .drop, .error(code: "TooManyRequests", status: 429, message: ""),
                .error(code: "InternalError", status: 500, message: ""),
            ]
            for effect in effects {
                bench.faults.arm(
                    Fault(service: "kubernetes", operation: "get configmaps", effect: effect, times: 2)
                )
                #expect(try await get(bench, "a").metadata.name == "a")
                #expect(bench.faults.armed.isEmpty)
            }
            bench.faults.arm(Fault(service: "kubernetes", operation: "get configmaps", effect: .drop))
            let error = try await failure(KubernetesError.self) { try await get(bench, "a") }
            #expect(error.reason == .unreachable)
            #expect(error.retriable && !error.mayHaveTakenEffect)
        }
    }
}
