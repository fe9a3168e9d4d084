import Foundation
import LocalStack
import Testing

@Suite struct KubeWatchTests {
    let maps = KubeSamples.maps

    /// Reads lines until there are as many as asked for or the stream ends.
    private func lines(_ answer: LocalResponse, _ count: Int) async -> [KubeValue] {
        guard case .stream(let stream) = answer.body else { return [] }
        var lines: [KubeValue] = []
        for await chunk in stream {
            for line in chunk.split(separator: UInt8(ascii: "\n")) {
                if let value = try? KubeValue(json: Data(line)) { lines.append(value) }
            }
            if lines.count >= count { break }
        }
        return lines
    }

    private func brief(_ lines: [KubeValue]) -> [String] {
        lines.map { "\($0["type"]?.string ?? "") \($0["object"]?["metadata"]?["name"]?.string ?? "")" }
    }

    private func label(_ tier: String) -> KubeValue { ["metadata": ["labels": ["tier": .string(tier)]]] }

    @Test func `a watch goes on from the list's version and tells every change once`() async {
        let bench = KubeBench()
        _ = await bench.send("POST", maps, KubeSamples.map("before"))
        let version = await bench.get(maps).version
        let first = await bench.send("POST", maps, KubeSamples.map("a"))
        let watch = await bench.raw("GET", maps, query: [("watch", "1"), ("resourceVersion", version)])
        _ = await bench.send("PATCH", maps + "/a", label("x"), type: "application/merge-patch+json")
        _ = await bench.send("DELETE", maps + "/a")
        let seen = await lines(watch, 3)
        #expect(brief(seen) == ["ADDED a", "MODIFIED a", "DELETED a"])
        #expect(seen.allSatisfy { $0["object"]?["metadata"]?["uid"]?.string == first.uid })
        let versions = seen.compactMap {
            $0["object"]?["metadata"]?["resourceVersion"]?.string.flatMap(Int.init)
        }
        #expect(versions.count == 3 && versions == versions.sorted() && Set(versions).count == 3)
    }

    @Test func `a watch from nothing begins with what is there`() async {
        let bench = KubeBench()
        _ = await bench.send("POST", maps, KubeSamples.map("a"))
        let watch = await bench.raw("GET", maps, query: [("watch", "true")])
        #expect(brief(await lines(watch, 1)) == ["ADDED a"])
    }

    @Test func `what comes into a selector is added, what leaves it deleted`() async {
        let bench = KubeBench()
        let query = [(name: "watch", value: "1"), (name: "labelSelector", value: "tier=x")]
        let version = await bench.get(maps).version
        let watch = await bench.raw("GET", maps, query: query + [("resourceVersion", version)])
        _ = await bench.send("POST", maps, KubeSamples.map("a"))
        for tier in ["x", "y"] {
            _ = await bench.send("PATCH", maps + "/a", label(tier), type: "application/merge-patch+json")
        }
        _ = await bench.send("POST", maps, KubeSamples.map("b", labels: ["tier": "x"]))
        #expect(brief(await lines(watch, 3)) == ["ADDED a", "DELETED a", "ADDED b"])
    }

    @Test func `a version older than the history is gone`() async {
        let bench = KubeBench { $0.watchHistoryLimit = 4 }
        let version = await bench.get(maps).version
        for number in 0..<12 { _ = await bench.send("POST", maps, KubeSamples.map("m\(number)")) }
        let late = await bench.get(maps, [("watch", "1"), ("resourceVersion", version)])
        #expect(late.status == 410)
        #expect(late.reason == "Expired")
        let fresh = await bench.get(maps).version
        #expect(
            await bench.raw("GET", maps, query: [("watch", "1"), ("resourceVersion", fresh)]).status == 200
        )
    }

    @Test func `a consumer that doesn't read is cut`() async throws {
        let bench = KubeBench { $0.watchBufferLimit = 8 }
        let version = await bench.get(maps).version
        let query = [(name: "watch", value: "1"), (name: "resourceVersion", value: version)]
        let slow = await bench.raw("GET", maps, query: query)
        #expect(bench.cluster.watcherCount == 1)
        for number in 0..<20 { _ = await bench.send("POST", maps, KubeSamples.map("m\(number)")) }
        // Else its stream wouldn't end, nor this test.
        try #require(bench.cluster.watcherCount == 0)
        #expect(await lines(slow, 1_000).count == 8)
    }

    @Test func `a consumer that goes away is forgotten`() async {
        let bench = KubeBench()
        do {
            let watch = await bench.raw("GET", maps, query: [("watch", "1")])
            #expect(watch.status == 200)
            #expect(bench.cluster.watcherCount == 1)
        }
        #expect(bench.cluster.watcherCount == 0)
    }

    @Test func `a watch ends at its own time, after a bookmark`() async throws {
        let bench = KubeBench()
        let query = [
            ("watch", "1"), ("timeoutSeconds", "90"), ("allowWatchBookmarks", "true"),
            ("resourceVersion", "0"),
        ]
        let watch = await bench.raw("GET", maps, query: query.map { (name: $0.0, value: $0.1) })
        try await bench.running {
            try await bench.until("the end of the watch", step: .seconds(1)) {
                bench.cluster.watcherCount == 0
            }
        }
        #expect(bench.manual.now >= .seconds(90))
        let seen = await lines(watch, 100)
        #expect(seen.compactMap { $0["type"]?.string } == ["BOOKMARK", "BOOKMARK"])
        #expect(seen.first?["object"]?["metadata"]?["resourceVersion"]?.string?.isEmpty == false)
        #expect(seen.first?["object"]?["kind"]?.string == "ConfigMap")
    }

    @Test func `cutting the watches ends them all`() async {
        let bench = KubeBench()
        let watch = await bench.raw("GET", maps, query: [("watch", "1")])
        bench.cluster.cutWatches()
        #expect(await lines(watch, 1).isEmpty)
    }
}
