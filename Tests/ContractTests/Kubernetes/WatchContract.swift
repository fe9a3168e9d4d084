import AsyncHTTPClient
import Foundation
import Kubernetes
import LocalStack
import NIOCore
import Testing

/// Our client's watch against our server's, over connections that break.
@Suite("Kubernetes: watches", .timeLimit(.minutes(1))) struct WatchContract {
    /// What a watch said, as names.
    private enum Said: Sendable, Equatable {
        case reset(Set<String>)
        case changed(String, [String: String])
        case deleted(String)
    }

    private static let labels = ["watched": "yes"]
    private static let mostSaid = 100

    private func map(_ name: String) -> ConfigMap {
        ConfigMap(metadata: ObjectMeta(name: name, namespace: ClusterBench.namespace, labels: Self.labels))
    }

    private func relabel(_ bench: ClusterBench, _ name: String, _ labels: [String: PatchField<String>])
        async throws
    {
        _ = try await bench.direct.patch(
            ConfigMap.self,
            name,
            in: ClusterBench.namespace,
            with: MetadataPatch(.init(labels: labels))
        )
    }

    private func delete(_ bench: ClusterBench, _ name: String) async throws {
        _ = try await bench.direct.delete(ConfigMap.self, name, in: ClusterBench.namespace)
    }

    /// Runs a test's body beside a watch; it reads one thing said after another.
    private func watching(
        _ bench: ClusterBench,
        _ body: @escaping @Sendable (_ next: @escaping () async throws -> Said) async throws -> Void
    ) async throws {
        let (stream, said) = AsyncStream.makeStream(
            of: Said.self,
            bufferingPolicy: .bufferingOldest(Self.mostSaid)
        )
        var options = WatchOptions()
        options.labels = try LabelSelector(matching: Self.labels)
        options.firstBackOff = .milliseconds(10)
        options.longestBackOff = .milliseconds(50)
        let chosen = options
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await bench.client.watch(ConfigMap.self, in: ClusterBench.namespace, options: chosen) {
                    event in
                    switch event {
                    case .reset(let maps): said.yield(.reset(Set(maps.compactMap(\.metadata.name))))
                    case .changed(let map):
                        said.yield(.changed(map.metadata.name ?? "", map.metadata.labels ?? [:]))
                    case .deleted(let map): said.yield(.deleted(map.metadata.name ?? ""))
                    }
                }
            }
            group.addTask {
                var iterator = stream.makeAsyncIterator()
                try await body {
                    guard let next = await iterator.next() else { throw TestFailure("the watch ended") }
                    return next
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func isWatched(_ bench: ClusterBench) async throws {
        try await bench.until { bench.cluster.watcherCount == 1 }
    }

    @Test func `what is there comes first, then each change in order`() async throws {
        try await withCluster { bench in
            _ = try await bench.direct.create(map("old"))
            _ = try await bench.direct.create(
                ConfigMap(metadata: ObjectMeta(name: "stranger", namespace: ClusterBench.namespace))
            )
            try await watching(bench) { next in
                #expect(try await next() == .reset(["old"]))
                _ = try await bench.direct.create(map("new"))
                try await relabel(bench, "new", ["more": .set("1")])
                try await delete(bench, "old")
                #expect(try await next() == .changed("new", Self.labels))
                #expect(try await next() == .changed("new", ["watched": "yes", "more": "1"]))
                #expect(try await next() == .deleted("old"))
                // Out of the selector is gone; back in it is there again.
                try await relabel(bench, "new", ["watched": .set("no")])
                #expect(try await next() == .deleted("new"))
                try await relabel(bench, "new", ["watched": .set("yes")])
                #expect(try await next() == .changed("new", ["watched": "yes", "more": "1"]))
            }
        }
    }

    @Test func `after a broken connection it goes on where it was`() async throws {
        try await withCluster { bench in
            try await watching(bench) { next in
                #expect(try await next() == .reset([]))
                _ = try await bench.direct.create(map("before"))
                #expect(try await next() == .changed("before", Self.labels))
                bench.relay.cut()
                _ = try await bench.direct.create(map("meanwhile"))
                try await delete(bench, "before")
                bench.relay.mend()
                #expect(try await next() == .changed("meanwhile", Self.labels))
                #expect(try await next() == .deleted("before"))
            }
        }
    }

    @Test func `when the history no longer reaches back it begins anew`() async throws {
        try await withCluster { bench in
            try await watching(bench) { next in
                #expect(try await next() == .reset([]))
                _ = try await bench.direct.create(map("before"))
                #expect(try await next() == .changed("before", Self.labels))
                bench.relay.cut()
                try await delete(bench, "before")
                _ = try await bench.direct.create(map("meanwhile"))
                bench.cluster.compact()
                bench.relay.mend()
                #expect(try await next() == .reset(["meanwhile"]))
                _ = try await bench.direct.create(map("after"))
                #expect(try await next() == .changed("after", Self.labels))
            }
        }
    }

    @Test func `after the server cut it, it goes on where it was`() async throws {
        try await withCluster { bench in
            try await watching(bench) { next in
                #expect(try await next() == .reset([]))
                for name in ["a", "b", "c"] {
                    try await isWatched(bench)
                    bench.cluster.cutWatches()
                    _ = try await bench.direct.create(map(name))
                    #expect(try await next() == .changed(name, Self.labels))
                }
            }
        }
    }

    @Test(arguments: [
        Fault.Effect.drop, .error(code: "InternalError", status: 500, message: ""),
        .error(code: "TooManyRequests", status: 429, message: ""),
        .error(code: "Expired", status: 410, message: "too old resource version"),
    ])
    func `a watch that is refused for a time is opened again`(_ effect: Fault.Effect) async throws {
        try await withCluster { bench in
            bench.faults.arm(
                Fault(service: "kubernetes", operation: "watch configmaps", effect: effect, times: 2)
            )
            try await watching(bench) { next in
                #expect(try await next() == .reset([]))
                try await bench.until { bench.faults.armed.isEmpty && bench.cluster.watcherCount == 1 }
                _ = try await bench.direct.create(map("a"))
                var said = try await next()
                // Each 410 begins with a new list.
                while said == .reset([]) { said = try await next() }
                #expect(said == .changed("a", Self.labels))
            }
        }
    }

    @Test func `a watch that isn't allowed ends with the reason`() async throws {
        try await withCluster { bench in
            let effect = Fault.Effect.error(code: "Forbidden", status: 403, message: "no")
            bench.faults.arm(Fault(service: "kubernetes", operation: "watch configmaps", effect: effect))
            let error = try await failure(KubernetesError.self) {
                try await bench.client.watch(ConfigMap.self, in: ClusterBench.namespace) { _ in }
            }
            #expect(error.reason == .forbidden)
        }
    }

    @Test func `bookmarks keep a quiet watch's version young`() async throws {
        try await withCluster { bench in
            try await watching(bench) { next in
                #expect(try await next() == .reset([]))
                try await isWatched(bench)
                let stranger = ConfigMap(metadata: ObjectMeta(name: "s", namespace: ClusterBench.namespace))
                _ = try await bench.direct.create(stranger)
                try await twoBookmarks(bench)
                bench.relay.cut()
                bench.cluster.compact()
                bench.relay.mend()
                _ = try await bench.direct.create(map("a"))
                #expect(try await next() == .changed("a", Self.labels))
            }
        }
    }

    /// Returns once a watch begun now was sent two bookmarks: every older one was sent one meanwhile.
    private func twoBookmarks(_ bench: ClusterBench) async throws {
        let path = "/api/v1/namespaces/\(ClusterBench.namespace)/configmaps"
        let query = "watch=true&allowWatchBookmarks=true&resourceVersion=0"
        let request = HTTPClientRequest(url: bench.url + path + "?" + query)
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        var text = ""
        for try await piece in response.body {
            text += String(buffer: piece)
            if text.matches(of: /BOOKMARK/).count >= 2 { return }
        }
        throw TestFailure("the watch ended without bookmarks: \(text)")
    }
}
