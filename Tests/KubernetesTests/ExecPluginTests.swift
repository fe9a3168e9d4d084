import Foundation
import Kubernetes
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ExecPluginTests {
    /// A kubeconfig whose plugin is `./plugin` beside it.
    static func access(_ folder: URL, script: String, extra: String = "") throws -> ClusterAccess {
        try folder.write("bin/plugin", "#!/bin/sh\n" + script, executable: true)
        let exec =
            "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/plugin, args: [--cluster, prod], "
            + "env: [{name: WHO, value: eve}]\(extra)}"
        let file = try folder.write("config", KubeconfigTests.config(user: exec))
        return try ClusterAccess.kubeconfig(
            files: [file],
            environment: ["PATH": "/usr/bin:/bin", "COUNT": folder.appending(path: "count").plainPath]
        )
    }

    /// Prints a token that counts its calls, good for a time from the test clock's epoch.
    static func counting(expires: String? = nil) -> String {
        let until = expires.map { #","expirationTimestamp":"\#($0)""# } ?? ""
        return """
            echo x >> "$COUNT"
            n=$(wc -l < "$COUNT")
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t'$((n))'"\(until)}}'
            """
    }

    static func client(
        _ access: ClusterAccess,
        _ transport: ScriptedTransport,
        clock: TestClock
    ) throws -> KubernetesClient {
        try KubernetesTests.client(transport, clock: clock, authentication: access.authentication)
    }

    static func tokens(_ transport: ScriptedTransport) -> [String?] {
        transport.requests.map(\.credential.authorization)
    }

    static let good = ScriptedTransport.Step.answer(200, configMap("a", version: "7"))
    static let refused = ScriptedTransport.Step.answer(401, status(401, "Unauthorized"))

    @Test func `a token without an expiry is kept until a 401, then fetched once more`() async throws {
        try await withFolder { folder in
            let access = try Self.access(folder, script: Self.counting())
            let clock = TestClock()
            let transport = ScriptedTransport(Self.good, Self.good, Self.refused, Self.good)
            let client = try Self.client(access, transport, clock: clock)
            for _ in 0..<2 { _ = try await client.get(ConfigMap.self, "a", in: "gpu-dev") }
            clock.advance(by: .seconds(100_000))
            _ = try await client.get(ConfigMap.self, "a", in: "gpu-dev")
            #expect(Self.tokens(transport) == ["Bearer t1", "Bearer t1", "Bearer t1", "Bearer t2"])
        }
    }

    @Test func `even a write is repeated after a 401, and a second 401 is thrown`() async throws {
        try await withFolder { folder in
            let access = try Self.access(folder, script: Self.counting())
            let transport = ScriptedTransport(Self.refused, Self.refused)
            let client = try Self.client(access, transport, clock: TestClock())
            let error = try await failure { () throws(KubernetesError) in
                try await client.create(ConfigMap(metadata: ObjectMeta(name: "a")), in: "gpu-dev")
            }
            #expect(error.reason == .unauthorized)
            #expect(!error.mayHaveTakenEffect)
            #expect(Self.tokens(transport) == ["Bearer t1", "Bearer t2"])
        }
    }

    @Test func `a token is kept until shortly before its expiry`() async throws {
        try await withFolder { folder in
            let clock = TestClock()
            let expires = clock.epoch.addingTimeInterval(60).formatted(.iso8601)
            let access = try Self.access(folder, script: Self.counting(expires: expires))
            let transport = ScriptedTransport(Self.good, Self.good, Self.good)
            let client = try Self.client(access, transport, clock: clock)
            for step in [0, 49, 1] {
                clock.advance(by: .seconds(step))
                _ = try await client.get(ConfigMap.self, "a", in: "gpu-dev")
            }
            #expect(Self.tokens(transport) == ["Bearer t1", "Bearer t1", "Bearer t2"])
        }
    }

    @Test func `many calls at once run the plugin once`() async throws {
        try await withFolder { folder in
            let access = try Self.access(folder, script: Self.counting())
            let transport = ScriptedTransport(Self.good, Self.good, Self.good, Self.good, Self.good)
            let client = try Self.client(access, transport, clock: TestClock())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<5 {
                    group.addTask { _ = try await client.get(ConfigMap.self, "a", in: "gpu-dev") }
                }
                try await group.waitForAll()
            }
            #expect(Set(Self.tokens(transport)) == ["Bearer t1"])
        }
    }

    @Test func `the plugin gets its arguments, its environment and the cluster`() async throws {
        try await withFolder { folder in
            let script = """
                printf '%s\\n' "$@" "$WHO" "$HOME" "$KUBERNETES_EXEC_INFO" > "$COUNT"
                echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t"}}'
                """
            let access = try Self.access(folder, script: script, extra: ", provideClusterInfo: true")
            let client = try Self.client(access, ScriptedTransport(Self.good), clock: TestClock())
            _ = try await client.get(ConfigMap.self, "a", in: "gpu-dev")
            let seen = try String(contentsOf: folder.appending(path: "count"), encoding: .utf8)
            let info =
                #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","#
                + #""spec":{"cluster":{"server":"https://api.test:6443"},"interactive":false}}"#
            #expect(seen == "--cluster\nprod\neve\n\n\(info)\n")
        }
    }

    @Test func `a client certificate that the plugin prints is used`() async throws {
        try await withFolder { folder in
            let script = """
                echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",
                "status":{"clientCertificateData":"CERT","clientKeyData":"KEY"}}'
                """
            let transport = ScriptedTransport(Self.good)
            let client = try Self.client(
                try Self.access(folder, script: script),
                transport,
                clock: TestClock()
            )
            _ = try await client.get(ConfigMap.self, "a", in: "gpu-dev")
            let credential = try #require(transport.requests.first?.credential)
            #expect(credential.authorization == nil)
            #expect(
                credential.identity
                    == ClientIdentity(certificatePEM: Data("CERT".utf8), keyPEM: Data("KEY".utf8))
            )
        }
    }

    @Test(arguments: [
        ("echo no session >&2; exit 3", "failed (exit code 3): no session"),
        ("echo hello", "did not print an ExecCredential"),
        ("kill -9 $$", "failed (signal"),
        (
            #"echo '{"apiVersion":"v1","kind":"Pod"}'"#,
            "did not print an ExecCredential of client.authentication.k8s.io/v1"
        ),
        (
            #"echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"t"}}'"#,
            "did not print an ExecCredential of client.authentication.k8s.io/v1"
        ),
        (
            #"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential"}'"#,
            "printed no status"
        ),
        (
            #"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{}}'"#,
            "printed neither token nor certificate"
        ),
        (
            #"printf '%s' '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"a\r\nb"}}'"#,
            "characters that no token has"
        ),
        (
            #"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t","expirationTimestamp":"soon"}}'"#,
            "expirationTimestamp that is none"
        ),
        (
            #"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"clientKeyData":"k"}}'"#,
            "only one of clientCertificateData and clientKeyData"
        ),
        ("head -c 3000000 /dev/zero", "can't be run"),
    ])
    func `a plugin that fails sends nothing and is named with what it said`(script: String, problem: String)
        async throws
    {
        try await withFolder { folder in
            let transport = ScriptedTransport()
            let client = try Self.client(
                try Self.access(folder, script: script),
                transport,
                clock: TestClock()
            )
            let error = try await failure { () throws(KubernetesError) in
                try await client.create(ConfigMap(metadata: ObjectMeta(name: "a")), in: "gpu-dev")
            }
            #expect(error.reason == .credentials)
            #expect(!error.mayHaveTakenEffect)
            #expect(error.message.contains(problem), "\(error.message)")
            #expect(error.message.contains("users[name=u].user.exec command"), "\(error.message)")
            #expect(transport.requests.isEmpty)
        }
    }

    @Test func `a plugin that isn't there is named, with its hint`() async throws {
        try await withFolder { folder in
            let access = try Self.access(folder, script: "", extra: ", installHint: get it there")
            try FileManager.default.removeItem(at: folder.appending(path: "bin/plugin"))
            let client = try Self.client(access, ScriptedTransport(), clock: TestClock())
            let error = try await failure { () throws(KubernetesError) in
                try await client.get(ConfigMap.self, "a", in: "gpu-dev")
            }
            #expect(error.message.contains("bin/plugin can't be run"))
            #expect(error.message.contains("get it there"))
        }
    }

    @Test func `a plugin that hangs, and its children, end with the call's deadline`() async throws {
        try await withFolder { folder in
            let clock = TestClock()
            let pid = folder.appending(path: "count")
            let access = try Self.access(folder, script: "sleep 300 &\necho $! > \"$COUNT\"\nwait\n")
            let client = try Self.client(access, ScriptedTransport(), clock: clock)
            async let error = failure { () throws(KubernetesError) in
                try await client.create(ConfigMap(metadata: ObjectMeta(name: "a")), in: "gpu-dev")
            }
            await clock.sleeper(of: .seconds(30))
            var child = ""
            while child.isEmpty {
                await Task.yield()
                child =
                    (try? String(contentsOf: pid, encoding: .utf8))?.trimmingCharacters(in: .newlines) ?? ""
            }
            clock.advance(by: .seconds(30))
            let thrown = try await error
            #expect(thrown.reason == .timeout)
            #expect(!thrown.mayHaveTakenEffect)
            // A killed process is gone, or a zombie whose command line is empty.
            while String(contentsOfFile: "/proc/\(child)/cmdline", ifExists: "").contains("sleep") {
                await Task.yield()
            }
        }
    }
}

extension String {
    fileprivate init(contentsOfFile path: String, ifExists absent: String) {
        guard let data = FileManager.default.contents(atPath: path) else {
            self = absent
            return
        }
        self = String(decoding: data, as: UTF8.self)
    }
}
