import Foundation
import Kubernetes
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TokenFileTests {
    @Test func `a token file is read again after a minute, or after a 401`() async throws {
        try await withFolder { folder in
            let file = try folder.write("token", "one\n")
            let clock = TestClock()
            let good = ScriptedTransport.Step.answer(200, configMap("a", version: "7"))
            let refused = ScriptedTransport.Step.answer(401, status(401, "Unauthorized"))
            let transport = ScriptedTransport(good, good, good, refused, good)
            let client = try client(transport, clock: clock, authentication: .token(.file(file)))
            _ = try await client.get(ConfigMap.self, "a", in: "gpu-dev")
            try folder.write("token", "two")
            clock.advance(by: .seconds(59))
            _ = try await client.get(ConfigMap.self, "a", in: "gpu-dev")
            clock.advance(by: .seconds(1))
            _ = try await client.get(ConfigMap.self, "a", in: "gpu-dev")
            try folder.write("token", "three")
            _ = try await client.get(ConfigMap.self, "a", in: "gpu-dev")
            let sent = transport.requests.map(\.credential.authorization)
            #expect(sent == ["Bearer one", "Bearer one", "Bearer two", "Bearer two", "Bearer three"])
        }
    }

    @Test(arguments: ["", " \n", "a b", "a\nb", "t\u{e9}"])
    func `a file that holds no token sends nothing`(content: String) async throws {
        try await withFolder { folder in
            let file = try folder.write("token", content)
            let transport = ScriptedTransport()
            let client = try client(transport, authentication: .token(.file(file)))
            let error = try await failure { () throws(KubernetesError) in
                try await client.get(ConfigMap.self, "a", in: "gpu-dev")
            }
            #expect(error.reason == .credentials)
            #expect(error.message.contains("token"))
            #expect(transport.requests.isEmpty)
        }
    }

    @Test func `a 401 with a fixed token is not repeated`() async throws {
        let transport = ScriptedTransport(.answer(401, status(401, "Unauthorized")))
        let client = try client(transport)
        let error = try await failure { () throws(KubernetesError) in
            try await client.get(ConfigMap.self, "a", in: "gpu-dev")
        }
        #expect(error.reason == .unauthorized)
        #expect(transport.requests.count == 1)
    }

    @Test func `a password is sent as HTTP Basic`() async throws {
        let transport = ScriptedTransport(.answer(200, configMap("a", version: "7")))
        let client = try client(transport, authentication: .basic(username: "eve", password: "p:w"))
        _ = try await client.get(ConfigMap.self, "a", in: "gpu-dev")
        #expect(transport.requests.first?.credential.authorization == "Basic ZXZlOnA6dw==")
    }
}
