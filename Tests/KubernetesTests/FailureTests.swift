import Foundation
import Kubernetes
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FailureTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let code: Int
        let body: String
        let reason: KubernetesError.Reason
        let doubtful: Bool

        var testDescription: String { "\(code) \(body.prefix(60))" }
    }

    static let cases: [Case] = [
        Case(
            code: 409,
            body: status(409, "AlreadyExists", name: "a"),
            reason: .alreadyExists,
            doubtful: false
        ),
        Case(code: 409, body: status(409, "Conflict", name: "a"), reason: .conflict, doubtful: false),
        Case(code: 409, body: "conflict", reason: .other("HTTP 409"), doubtful: false),
        Case(code: 404, body: status(404, "NotFound", name: "a"), reason: .notFound, doubtful: false),
        Case(
            code: 404,
            body: status(404, "NotFound", name: "gpu-dev"),
            reason: .other("NotFound, but not of a"),
            doubtful: false
        ),
        Case(
            code: 404,
            body: status(404, "NotFound"),
            reason: .other("NotFound, but not of a"),
            doubtful: false
        ),
        Case(code: 404, body: "404 page not found", reason: .other("HTTP 404"), doubtful: false),
        Case(code: 422, body: status(422, "Invalid", name: "a"), reason: .invalid, doubtful: false),
        Case(code: 403, body: status(403, "Forbidden"), reason: .forbidden, doubtful: false),
        Case(code: 401, body: status(401, "Unauthorized"), reason: .unauthorized, doubtful: false),
        Case(code: 410, body: status(410, "Gone"), reason: .expired, doubtful: false),
        Case(code: 429, body: status(429, "TooManyRequests"), reason: .tooManyRequests, doubtful: false),
        Case(code: 500, body: status(500, "InternalError"), reason: .serverError, doubtful: true),
        Case(code: 504, body: status(504, "Timeout"), reason: .timeout, doubtful: true),
        Case(code: 503, body: "upstream connect error", reason: .serverError, doubtful: true),
        Case(code: 307, body: "", reason: .other("HTTP 307"), doubtful: true),
        Case(code: 418, body: status(418, "Teapot"), reason: .other("Teapot"), doubtful: false),
        Case(code: 201, body: "{", reason: .malformedAnswer, doubtful: true),
        Case(code: 200, body: #"{"kind":"Status"}"#, reason: .malformedAnswer, doubtful: true),
    ]

    @Test(arguments: cases)
    func `a refused write is sent once and says whether it may have taken effect`(given: Case) async throws {
        let transport = ScriptedTransport(.answer(given.code, given.body))
        let client = try client(transport)
        let error = try await failure { () throws(KubernetesError) in
            try await client.patch(ConfigMap.self, "a", in: "gpu-dev", with: MetadataPatch(.init()))
        }
        #expect(error.reason == given.reason)
        #expect(error.mayHaveTakenEffect == given.doubtful)
        #expect(transport.requests.count == 1)
    }

    @Test(arguments: [true, false])
    func `a write over a broken connection may have taken effect unless nothing was sent`(sent: Bool)
        async throws
    {
        let broken = KubernetesTransportError(.unreachable, message: "reset", mayHaveBeenSent: sent)
        let transport = ScriptedTransport(.fail(broken))
        let client = try client(transport)
        let error = try await failure { () throws(KubernetesError) in
            try await client.create(ConfigMap(metadata: ObjectMeta(name: "a")), in: "gpu-dev")
        }
        #expect(error.reason == .unreachable)
        #expect(error.retriable)
        #expect(error.mayHaveTakenEffect == sent)
        #expect(transport.requests.count == 1)
    }

    @Test func `a write without an answer times out at its deadline and may have taken effect`() async throws
    {
        let clock = TestClock()
        let client = try client(ScriptedTransport(.silence), clock: clock)
        async let error = failure { () throws(KubernetesError) in
            try await client.create(
                ConfigMap(metadata: ObjectMeta(name: "a")),
                in: "gpu-dev",
                deadline: .seconds(5)
            )
        }
        await clock.pass(.seconds(5))
        let thrown = try await error
        #expect(thrown.reason == .timeout)
        #expect(thrown.mayHaveTakenEffect)
    }

    @Test func `a read is repeated after a 500, a broken connection and a silent one`() async throws {
        let clock = TestClock()
        let transport = ScriptedTransport(
            .answer(500, status(500, "InternalError")),
            .fail(KubernetesTransportError(.unreachable, message: "reset", mayHaveBeenSent: true)),
            .silence,
            .answer(200, configMap("a", version: "7"))
        )
        let client = try client(transport, clock: clock)
        async let map = client.get(ConfigMap.self, "a", in: "gpu-dev")
        await clock.pass(.milliseconds(150))
        await clock.pass(.milliseconds(300))
        await clock.pass(.seconds(12))
        await clock.pass(.milliseconds(600))
        #expect(try await map.metadata.name == "a")
        #expect(transport.requests.count == 4)
    }

    @Test func `a read waits as long as a 429 says`() async throws {
        let clock = TestClock()
        let transport = ScriptedTransport(
            .answer(429, status(429, "TooManyRequests"), headers: [.init("Retry-After", "7")]),
            .answer(200, configMap("a", version: "7"))
        )
        let client = try client(transport, clock: clock)
        async let map = client.get(ConfigMap.self, "a", in: "gpu-dev")
        await clock.pass(.seconds(7))
        #expect(try await map.metadata.name == "a")
    }

    @Test(arguments: ["9999999999999", "99999999999999999999999", "-5", "soon"])
    func `a Retry-After beyond the deadline or beyond sense is not waited for`(header: String) async throws {
        let clock = TestClock()
        let transport = ScriptedTransport(
            .answer(429, status(429, "TooManyRequests"), headers: [.init("Retry-After", header)])
        )
        let client = try client(transport, clock: clock)
        let error = try await failure { () throws(KubernetesError) in
            try await client.list(ConfigMap.self, in: "gpu-dev", deadline: .microseconds(1))
        }
        #expect(error.reason == .tooManyRequests)
    }

    @Test func `a failing read gives up after its attempts`() async throws {
        let clock = TestClock()
        let down = ScriptedTransport.Step.answer(503, "down")
        let transport = ScriptedTransport(down, down, down, down, down)
        let client = try client(transport, clock: clock)
        async let error = failure { () throws(KubernetesError) in
            try await client.get(ConfigMap.self, "a", in: "gpu-dev")
        }
        for wait in [150, 300, 600] { await clock.pass(.milliseconds(wait)) }
        #expect(try await error.reason == .serverError)
        #expect(transport.requests.count == 4)
    }

    @Test func `a refused read is not repeated`() async throws {
        let transport = ScriptedTransport(.answer(403, status(403, "Forbidden")))
        let client = try client(transport)
        let error = try await failure { () throws(KubernetesError) in
            try await client.get(ConfigMap.self, "a", in: "gpu-dev")
        }
        #expect(error.reason == .forbidden)
        #expect(!error.retriable)
        #expect(transport.requests.count == 1)
    }

    @Test func `a cancelled write says so, and that it may have taken effect`() async throws {
        let clock = TestClock()
        let client = try client(ScriptedTransport(.silence), clock: clock)
        let error = try await withThrowingTaskGroup(of: KubernetesError.self) { group in
            group.addTask {
                try await failure { () throws(KubernetesError) in
                    try await client.create(ConfigMap(metadata: ObjectMeta(name: "a")), in: "gpu-dev")
                }
            }
            await clock.sleeper(of: .seconds(30))
            group.cancelAll()
            return try await group.next()
        }
        #expect(error?.reason == .cancelled)
        #expect(error?.mayHaveTakenEffect == true)
    }
}
