import Foundation
import Kubernetes
import Synchronization

/// As much of an API server as the pod host speaks to: objects by path, requests kept.
final class FakeAPIServer: KubernetesTransport {
    struct Call: Sendable {
        let method: String
        let path: String
        let query: [String: String]
        let body: TestJSON?
    }

    private struct State {
        var objects: [String: TestJSON] = [:]
        var calls: [Call] = []
        var lastUID = 0
        var failures: [String: Int] = [:]
    }

    private let state = Mutex(State())
    private let lines = AsyncStream.makeStream(of: Data.self)

    var calls: [Call] { state.withLock { $0.calls } }

    /// Method and last part of the path of the writes so far.
    var writes: [String] {
        calls.filter { $0.method != "GET" }.map { "\($0.method) \($0.path.split(separator: "/").last ?? "")" }
    }

    func body(_ method: String, _ pathEnd: String) -> TestJSON? {
        calls.last { $0.method == method && $0.path.hasSuffix(pathEnd) }?.body
    }

    /// Puts an object there without a request.
    func put(_ path: String, _ object: TestJSON) {
        state.withLock { $0.objects[path] = object }
    }

    func change(_ path: String, _ change: TestJSON) {
        state.withLock { state in
            guard let object = state.objects[path] else { return }
            state.objects[path] = object.merging(change)
        }
    }

    func object(_ path: String) -> TestJSON? { state.withLock { $0.objects[path] } }

    func remove(_ path: String) { state.withLock { $0.objects[path] = nil } }

    /// Answers requests whose `METHOD path` ends so with this status.
    func fail(_ summaryEnd: String, with status: Int) { state.withLock { $0.failures[summaryEnd] = status } }

    /// Sends an event to the open watch.
    func tell(_ type: String, _ object: TestJSON) {
        let event: TestJSON = ["type": .text(type), "object": object]
        lines.continuation.yield(event.data + Data("\n".utf8))
    }

    func send(_ request: KubernetesRequest, timeout: Duration) async throws(KubernetesTransportError)
        -> KubernetesResponse
    {
        let body = request.body.flatMap { try? TestJSON($0) }
        let query = Dictionary(request.query.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        let call = Call(method: request.method.rawValue, path: request.path, query: query, body: body)
        let (status, answer) = state.withLock { state in
            state.calls.append(call)
            return Self.answer(call, &state)
        }
        return KubernetesResponse(head: KubernetesResponseHead(status: status), body: answer.data)
    }

    func open(_ request: KubernetesRequest, timeout: Duration) async throws(KubernetesTransportError)
        -> KubernetesStream
    {
        let iterator = LineIterator(lines.stream)
        return KubernetesStream(head: KubernetesResponseHead(status: 200)) {
            () async throws(KubernetesTransportError) in await iterator.next()
        }
    }

    private static func answer(_ call: Call, _ state: inout State) -> (Int, TestJSON) {
        let summary = "\(call.method) \(call.path)"
        if let status = state.failures.first(where: { summary.hasSuffix($0.key) })?.value {
            return refusal(status, reasons[status] ?? "")
        }
        switch call.method {
        case "POST": return create(call, &state)
        case "DELETE": return delete(call, &state)
        default:
            if let object = state.objects[call.path] { return (200, object) }
            guard let kind = listKinds[String(call.path.split(separator: "/").last ?? "")] else {
                return refusal(404, "NotFound", name: String(call.path.split(separator: "/").last ?? ""))
            }
            return (200, list(kind, call, state))
        }
    }

    private static let reasons = [
        403: "Forbidden", 422: "Invalid", 500: "InternalError", 503: "ServiceUnavailable",
    ]

    private static let listKinds = [
        "pods": "Pod", "services": "Service", "persistentvolumeclaims": "PersistentVolumeClaim",
        "secrets": "Secret", "configmaps": "ConfigMap", "persistentvolumes": "PersistentVolume",
        "nodes": "Node", "events": "Event",
    ]

    private static func create(_ call: Call, _ state: inout State) -> (Int, TestJSON) {
        guard var object = call.body, let name = object["metadata"]?["name"]?.string else {
            return refusal(422, "Invalid")
        }
        let path = "\(call.path)/\(name)"
        guard state.objects[path] == nil else { return refusal(409, "AlreadyExists", name: name) }
        state.lastUID += 1
        object["metadata"]?["uid"] = .text("uid-\(state.lastUID)")
        state.objects[path] = object
        return (201, object)
    }

    private static func delete(_ call: Call, _ state: inout State) -> (Int, TestJSON) {
        let name = String(call.path.split(separator: "/").last ?? "")
        guard var object = state.objects[call.path] else { return refusal(404, "NotFound", name: name) }
        if let uid = call.body?["preconditions"]?["uid"], uid != object["metadata"]?["uid"] {
            return refusal(409, "Conflict", name: name)
        }
        guard object["metadata"]?["finalizers"] == nil else {
            object["metadata"]?["deletionTimestamp"] = "2026-09-21T00:00:00Z"
            state.objects[call.path] = object
            return (200, object)
        }
        state.objects[call.path] = nil
        return (200, ["kind": "Status", "apiVersion": "v1", "status": "Success"])
    }

    private static func list(_ kind: String, _ call: Call, _ state: State) -> TestJSON {
        let wanted = (call.query["labelSelector"] ?? "").split(separator: ",").map {
            $0.split(separator: "=")
        }
        let items = state.objects.sorted { $0.key < $1.key }.filter { path, object in
            path.hasPrefix(call.path + "/")
                && wanted.allSatisfy {
                    object["metadata"]?["labels"]?[String($0[0])]?.string == String($0[1])
                }
        }
        return [
            "kind": .text(kind + "List"), "apiVersion": "v1", "metadata": ["resourceVersion": "7"],
            "items": .list(items.map(\.value)),
        ]
    }

    private static func refusal(_ status: Int, _ reason: String, name: String = "") -> (Int, TestJSON) {
        let body: TestJSON = [
            "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": .text(reason),
            "message": .text("\(name): \(reason)"), "code": .number(Double(status)),
            "details": ["name": .text(name)],
        ]
        return (status, body)
    }
}

/// Takes a watch's lines one by one.
private actor LineIterator {
    private let stream: AsyncStream<Data>

    init(_ stream: AsyncStream<Data>) { self.stream = stream }

    func next() async -> Data? {
        for await line in stream { return line }
        return nil
    }
}
