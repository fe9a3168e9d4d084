import Foundation
import Kubernetes
import Testing

@Suite(.timeLimit(.minutes(1)))
struct WatchTests {
    static let path = "GET /api/v1/namespaces/gpu-dev/configmaps"

    static func from(_ version: String, seconds: Int = 135) -> String {
        "\(path)?watch=true&resourceVersion=\(version)&allowWatchBookmarks=true&timeoutSeconds=\(seconds)"
    }

    static func bookmark(_ version: String) -> String {
        line(
            "BOOKMARK",
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"resourceVersion":"\#(version)"}}"#
        )
    }

    @Test func `a watch lists, then follows from the list's version`() async throws {
        let transport = ScriptedTransport(
            .answer(200, list([configMap("a", version: "1")], version: "10")),
            .stream(
                [
                    line("ADDED", configMap("b", version: "11")),
                    line("MODIFIED", configMap("a", version: "12", data: "y")),
                    line("DELETED", configMap("b", version: "13")),
                ],
                .silence
            )
        )
        let seen = await watched(try client(transport), until: 4)
        #expect(seen == ["reset a=x", "changed b=x", "changed a=y", "deleted b"])
        #expect(transport.targets == ["\(Self.path)?limit=2", Self.from("10")])
    }

    @Test func `a watch goes on at once from the last version when the server closes it`() async throws {
        let transport = ScriptedTransport(
            .answer(200, list([], version: "10")),
            .stream([line("ADDED", configMap("a", version: "11"))], .close),
            .stream([line("MODIFIED", configMap("a", version: "12", data: "y"))], .silence)
        )
        let seen = await watched(try client(transport), until: 3)
        #expect(seen == ["reset", "changed a=x", "changed a=y"])
        #expect(transport.targets.last == Self.from("11"))
    }

    @Test func `a bookmark moves the version on and is not told`() async throws {
        let transport = ScriptedTransport(
            .answer(200, list([], version: "10")),
            .stream([Self.bookmark("500")], .close),
            .stream([line("ADDED", configMap("a", version: "501"))], .silence)
        )
        let seen = await watched(try client(transport), until: 2)
        #expect(seen == ["reset", "changed a=x"])
        #expect(transport.targets.last == Self.from("500"))
    }

    @Test func `a broken stream is resumed after a back-off without a new list`() async throws {
        let clock = TestClock()
        let transport = ScriptedTransport(
            .answer(200, list([], version: "10")),
            .stream([line("ADDED", configMap("a", version: "11"))], .fail),
            .stream([line("MODIFIED", configMap("a", version: "12", data: "y"))], .silence)
        )
        let seen = await watched(try client(transport, clock: clock), until: 4) {
            await clock.pass(.milliseconds(375))
        }
        #expect(seen == ["reset", "changed a=x", "break unreachable", "changed a=y"])
        #expect(transport.targets.last == Self.from("11"))
    }

    @Test(arguments: [true, false])
    func `history that expired, by status or by event, leads to a new list`(byStatus: Bool) async throws {
        let clock = TestClock()
        let refusal: ScriptedTransport.Step =
            byStatus
            ? .answer(410, status(410, "Expired"))
            : .stream([line("ERROR", status(410, "Expired"))], .close)
        let transport = ScriptedTransport(
            .answer(200, list([configMap("a", version: "1")], version: "10")),
            refusal,
            .answer(200, list([configMap("b", version: "2")], version: "20")),
            .stream([line("DELETED", configMap("b", version: "21"))], .silence)
        )
        let seen = await watched(try client(transport, clock: clock), until: 4) {
            await clock.pass(.milliseconds(375))
        }
        #expect(seen == ["reset a=x", "break expired", "reset b=x", "deleted b"])
        #expect(transport.targets.last == Self.from("20"))
    }

    @Test func `breaks in a row wait longer each time`() async throws {
        let clock = TestClock()
        let broken = ScriptedTransport.Step.fail(
            KubernetesTransportError(.unreachable, message: "refused", mayHaveBeenSent: false)
        )
        let transport = ScriptedTransport(
            .answer(200, list([], version: "10")),
            broken,
            broken,
            broken,
            .stream([line("ADDED", configMap("a", version: "11"))], .fail),
            broken
        )
        let seen = await watched(try client(transport, clock: clock), until: 7) {
            for wait in [375, 750, 1500, 375] { await clock.pass(.milliseconds(wait)) }
        }
        #expect(
            seen == ["reset"] + Array(repeating: "break unreachable", count: 3) + ["changed a=x"]
                + Array(repeating: "break unreachable", count: 2)
        )
    }

    @Test func `a server that closes each watch at once is not asked in a hot loop`() async throws {
        let clock = TestClock()
        let transport = ScriptedTransport(
            .answer(200, list([], version: "10")),
            .stream([], .close),
            .stream([], .close),
            .stream([], .close)
        )
        let seen = await watched(try client(transport, clock: clock), until: 3) {
            await clock.pass(.milliseconds(375))
        }
        #expect(seen == ["reset", "break unreachable", "break unreachable"])
        #expect(transport.requests.count == 3)
    }

    @Test func `a watch that is silent for its length and the slack is opened again`() async throws {
        let clock = TestClock()
        let transport = ScriptedTransport(
            .answer(200, list([], version: "10")),
            .stream([], .silence),
            .stream([line("ADDED", configMap("a", version: "11"))], .silence)
        )
        var options = WatchOptions()
        options.length = .seconds(40)
        options.slack = .seconds(5)
        let seen = await watched(try client(transport, clock: clock), until: 3, options: options) {
            await clock.pass(.seconds(50))
            await clock.pass(.milliseconds(375))
        }
        #expect(seen == ["reset", "break timeout", "changed a=x"])
        #expect(transport.targets.last == Self.from("10", seconds: 45))
    }

    @Test func `lines may be cut anywhere`() async throws {
        let text =
            line("ADDED", configMap("a", version: "11", data: "ü€😀")) + "\n"
            + line("DELETED", configMap("a", version: "12"))
        for size in [1, 2, 3, 7, 64] {
            let transport = ScriptedTransport(
                .answer(200, list([], version: "10")),
                .stream([text], .silence)
            )
            let cut = CuttingTransport(transport, size: size)
            let seen = await watched(try cuttingClient(cut), until: 3)
            #expect(seen == ["reset", "changed a=ü€😀", "deleted a"])
        }
    }

    @Test(arguments: [
        "not json\n", "{}\n", "null\n", #"{"type":"ADDED"}"# + "\n",
        line("RENAMED", configMap("a", version: "11")),
        line("ADDED", #"{"apiVersion":"v1","kind":"Pod","metadata":{"resourceVersion":"11"}}"#),
        line("ADDED", #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}"#),
        line("ADDED", configMap("a", version: "")), line("BOOKMARK", #"{"metadata":{}}"#),
        line("ERROR", #"{"kind":"Status","code":500,"message":"etcd event received with PrevKv=nil"}"#),
        line("ERROR", #"{"kind":"Status","code":99999,"reason":"Forbidden"}"#),
        String(repeating: "[", count: 100_000) + "\n", "\u{0}\u{0}\n",
    ])
    func `what can't be understood is never told, and leads to a new list`(text: String) async throws {
        let clock = TestClock()
        let transport = ScriptedTransport(
            .answer(200, list([], version: "10")),
            .stream([text], .silence),
            .answer(200, list([configMap("b", version: "2")], version: "20"))
        )
        let seen = await watched(try client(transport, clock: clock), until: 3) {
            await clock.pass(.milliseconds(375))
        }
        #expect(seen == ["reset", "break malformedAnswer", "reset b=x"])
    }

    @Test func `a stream that ends within a line is a break`() async throws {
        let transport = ScriptedTransport(
            .answer(200, list([], version: "10")),
            .stream([line("ADDED", configMap("a", version: "11")), #"{"type":"DEL"#], .close)
        )
        let seen = await watched(try client(transport), until: 3)
        #expect(seen == ["reset", "changed a=x", "break unreachable"])
    }

    @Test(arguments: [403, 404, 400])
    func `what waiting doesn't cure ends the watch`(code: Int) async throws {
        let client = try client(ScriptedTransport(.answer(code, status(code, ""))))
        await #expect(throws: KubernetesError.self) {
            try await client.watch(ConfigMap.self, in: "gpu-dev") { _ in }
        }
    }

    @Test func `what the handler throws ends the watch`() async throws {
        struct Enough: Error {}
        let client = try client(ScriptedTransport(.answer(200, list([], version: "10"))))
        await #expect(throws: Enough.self) {
            try await client.watch(ConfigMap.self, in: "gpu-dev") { _ in throw Enough() }
        }
    }
}
