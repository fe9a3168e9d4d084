import Foundation
import Kubernetes
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CallTests {
    @Test func `a get asks for the path of the object with the token`() async throws {
        let transport = ScriptedTransport(.answer(200, configMap("a", version: "7")))
        let map = try await client(transport).get(ConfigMap.self, "a", in: "gpu-dev")
        #expect(map.data == ["k": "x"])
        #expect(map.metadata.uid == "u-a")
        #expect(transport.targets == ["GET /api/v1/namespaces/gpu-dev/configmaps/a"])
        #expect(transport.requests.first?.credential.authorization == "Bearer sesame")
    }

    @Test(arguments: [
        "..", "a/b", "a%2Fb", "", "A", "a b", "a?x=1", "a\n", String(repeating: "a", count: 254),
    ])
    func `a name that could lead elsewhere is never sent`(name: String) async throws {
        let transport = ScriptedTransport()
        let client = try client(transport)
        let error = try await failure { () throws(KubernetesError) in
            try await client.get(Pod.self, name, in: "gpu-dev")
        }
        #expect(error.reason == .invalid)
        let inNamespace = try await failure { () throws(KubernetesError) in
            try await client.get(Pod.self, "a", in: name)
        }
        #expect(inNamespace.reason == .invalid)
        #expect(transport.requests.isEmpty)
    }

    @Test func `a create is sent with apiVersion and kind, and answers with what was made`() async throws {
        let transport = ScriptedTransport(.answer(201, configMap("a", version: "1")))
        let map = ConfigMap(metadata: ObjectMeta(name: "a", namespace: "gpu-dev"), data: ["k": "x"])
        let made = try await client(transport).create(map)
        #expect(made.metadata.resourceVersion == "1")
        #expect(transport.targets == ["POST /api/v1/namespaces/gpu-dev/configmaps?fieldManager=berth"])
        let body = try #require(transport.requests.first?.body)
        #expect(
            String(decoding: body, as: UTF8.self)
                == #"{"apiVersion":"v1","data":{"k":"x"},"kind":"ConfigMap","metadata":{"name":"a","namespace":"gpu-dev"}}"#
        )
    }

    @Test func `a delete carries its preconditions, propagation and grace`() async throws {
        let done = #"{"apiVersion":"v1","kind":"Status","status":"Success"}"#
        let transport = ScriptedTransport(.answer(200, done))
        let options = DeleteOptions(
            uid: "u-1",
            resourceVersion: "9",
            propagation: .foreground,
            gracePeriod: .seconds(10)
        )
        let outcome = try await client(transport).delete(ConfigMap.self, "a", in: "gpu-dev", options: options)
        guard case .done = outcome else { throw ExpectedFailure() }
        let request = try #require(transport.requests.first)
        #expect(request.method == .delete)
        let expected =
            #"{"apiVersion":"v1","gracePeriodSeconds":10,"kind":"DeleteOptions","#
            + #""preconditions":{"resourceVersion":"9","uid":"u-1"},"propagationPolicy":"Foreground"}"#
        #expect(String(decoding: try #require(request.body), as: UTF8.self) == expected)
    }

    @Test func `a delete that answers with the object does not claim that it is gone`() async throws {
        let transport = ScriptedTransport(.answer(200, configMap("a", version: "7")))
        let outcome = try await client(transport).delete(ConfigMap.self, "a", in: "gpu-dev")
        guard case .accepted(let map) = outcome else { throw ExpectedFailure() }
        #expect(map.metadata.name == "a")
    }

    @Test func `a merge patch sets, removes and leaves fields`() async throws {
        let transport = ScriptedTransport(.answer(200, configMap("a", version: "8")))
        let patch = MetadataPatch(
            .init(resourceVersion: "7", labels: ["keep": .set("1"), "gone": .remove])
        )
        _ = try await client(transport).patch(ConfigMap.self, "a", in: "gpu-dev", with: patch)
        let request = try #require(transport.requests.first)
        #expect(request.contentType == "application/merge-patch+json")
        #expect(
            String(decoding: try #require(request.body), as: UTF8.self)
                == #"{"metadata":{"labels":{"gone":null,"keep":"1"},"resourceVersion":"7"}}"#
        )
    }

    @Test func `a list follows its pages with the same selectors`() async throws {
        let transport = ScriptedTransport(
            .answer(
                200,
                list(
                    [configMap("a", version: "1"), configMap("b", version: "2")],
                    version: "50",
                    continue: "t+/="
                )
            ),
            .answer(200, list([configMap("c", version: "3")], version: "50"))
        )
        let selector = try LabelSelector(matching: ["app": "gpu-dev-pod"])
        let found = try await client(transport).list(ConfigMap.self, in: "gpu-dev", labels: selector)
        #expect(found.items.map(\.metadata.name) == ["a", "b", "c"])
        #expect(found.resourceVersion == "50")
        let base = "GET /api/v1/namespaces/gpu-dev/configmaps?labelSelector=app%3Dgpu-dev-pod&limit=2"
        #expect(transport.targets == [base, base + "&continue=t%2B%2F%3D"])
    }

    @Test func `a list whose continue token expired begins again and repeats nothing`() async throws {
        let transport = ScriptedTransport(
            .answer(200, list([configMap("a", version: "1")], version: "50", continue: "t")),
            .answer(410, status(410, "Expired")),
            .answer(200, list([configMap("a", version: "1")], version: "60"))
        )
        let found = try await client(transport).list(ConfigMap.self, in: "gpu-dev")
        #expect(found.items.map(\.metadata.name) == ["a"])
        #expect(found.resourceVersion == "60")
    }

    @Test(arguments: [
        "", "{}", "[]", "<html>", #"{"kind":"Status","status":"Success"}"#,
        #"{"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[]}"#,
        #"{"kind":"ConfigMapList","metadata":{"resourceVersion":"1"}}"#,
        #"{"kind":"ConfigMapList","metadata":{},"items":[]}"#,
        String(repeating: "[", count: 100_000),
    ])
    func `an answer that is no list of this kind is never an empty list`(body: String) async throws {
        let client = try client(ScriptedTransport(.answer(200, body)))
        let error = try await failure { () throws(KubernetesError) in
            try await client.list(ConfigMap.self, in: "gpu-dev")
        }
        #expect(error.reason == .malformedAnswer)
    }

    @Test func `the server's date is handed on with the times around it`() async throws {
        let seen = Mutex<[ServiceDate]>([])
        let date = KubernetesResponseHead.Header("date", "Sun, 06 Nov 1994 08:49:37 GMT")
        let transport = ScriptedTransport(.answer(200, configMap("a", version: "7"), headers: [date]))
        let client = try client(transport) { date in seen.withLock { $0.append(date) } }
        _ = try await client.get(ConfigMap.self, "a", in: "gpu-dev")
        #expect(seen.withLock { $0.map(\.date.timeIntervalSince1970) } == [784_111_777])
    }
}
