import Foundation
import Glibc
import Kubernetes
import Logging
import Testing

private let opensslPath = "/usr/bin/openssl"

/// Against `openssl s_server`, which answers each GET with a page: an answer that isn't the API's shows that TLS held.
@Suite(
    .timeLimit(.minutes(1)),
    .serialized,
    .enabled(if: FileManager.default.isExecutableFile(atPath: opensslPath), "needs \(opensslPath)")
)
struct TLSTests {
    static func openssl(_ arguments: [String], in folder: URL) throws {
        let process = try start(arguments, in: folder)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw ExpectedFailure() }
    }

    static func start(_ arguments: [String], in folder: URL) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: opensslPath)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Runs a body against a server whose certificate is good for `api.test` only.
    static func withServer(
        demandsCertificate: Bool = false,
        _ body: (URL, _ port: Int) async throws -> Void
    ) async throws {
        try await withFolder { folder in
            for (name, subject) in [("server", "/CN=api.test"), ("client", "/CN=eve")] {
                try openssl(
                    [
                        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", subject,
                        "-addext", "subjectAltName=DNS:api.test", "-keyout", "\(name).key", "-out",
                        "\(name).pem",
                    ],
                    in: folder
                )
            }
            // A port that was free a moment ago: s_server can't say which one it would choose.
            let probe = try SocketServer([])
            let port = probe.port
            probe.stop()
            var arguments = [
                "s_server", "-accept", "\(port)", "-cert", "server.pem", "-key", "server.key", "-www",
            ]
            if demandsCertificate {
                arguments += ["-Verify", "1", "-CAfile", "client.pem", "-verify_return_error"]
            }
            let server = try start(arguments, in: folder)
            defer {
                // Not SIGTERM: the test process may have it blocked, and its children with it.
                kill(server.processIdentifier, SIGKILL)
                server.waitUntilExit()
            }
            try await body(folder, port)
        }
    }

    /// Asks until the server listens.
    static func ask(_ access: ClusterAccess) async throws -> KubernetesError {
        let transport = try HTTPKubernetesTransport(access: access, time: .real)
        let client = KubernetesClient(
            access: access,
            transport: transport,
            time: .real,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        var error = KubernetesError(.unreachable, message: "not asked")
        repeat {
            do throws(KubernetesError) {
                _ = try await client.get(ConfigMap.self, "a", in: "gpu-dev", deadline: .seconds(30))
            } catch let thrown {
                error = thrown
            }
            await Task.yield()
        } while error.message.contains("Connection refused") && !Task.isCancelled
        try await transport.shutdown()
        return error
    }

    static func access(
        _ folder: URL,
        port: Int,
        trust: ClusterAccess.Trust,
        name: String? = "api.test",
        identity: ClusterAccess.Identity = .none
    ) throws -> ClusterAccess {
        ClusterAccess(
            server: try #require(URL(string: "https://127.0.0.1:\(port)")),
            trust: trust,
            tlsServerName: name,
            identity: identity
        )
    }

    @Test func `a server is trusted by its authority and under the name that it must have`() async throws {
        try await Self.withServer { folder, port in
            let file = folder.appending(path: "server.pem")
            let trust = ClusterAccess.Trust.authorities(try Data(contentsOf: file))
            let trusted = try await Self.ask(try Self.access(folder, port: port, trust: trust))
            #expect(trusted.reason == .malformedAnswer, "\(trusted)")
            let fromFile = try await Self.ask(
                try Self.access(folder, port: port, trust: .authoritiesFile(file.plainPath))
            )
            #expect(fromFile.reason == .malformedAnswer, "\(fromFile)")
            let otherName = try await Self.ask(
                try Self.access(folder, port: port, trust: trust, name: "other.test")
            )
            #expect(otherName.reason == .unreachable, "\(otherName)")
            let noName = try await Self.ask(try Self.access(folder, port: port, trust: trust, name: nil))
            #expect(noName.reason == .unreachable, "\(noName)")
            let stranger = try await Self.ask(try Self.access(folder, port: port, trust: .system))
            #expect(stranger.reason == .unreachable, "\(stranger)")
            let unchecked = try await Self.ask(
                try Self.access(folder, port: port, trust: .nobodyIsChecked, name: nil)
            )
            #expect(unchecked.reason == .malformedAnswer, "\(unchecked)")
        }
    }

    @Test func `a client certificate is shown to a server that demands one`() async throws {
        try await Self.withServer(demandsCertificate: true) { folder, port in
            let trust = ClusterAccess.Trust.authoritiesFile(folder.appending(path: "server.pem").plainPath)
            let identity = ClusterAccess.Identity.pem(
                certificate: .file(folder.appending(path: "client.pem").plainPath),
                key: .file(folder.appending(path: "client.key").plainPath)
            )
            let shown = try await Self.ask(
                try Self.access(folder, port: port, trust: trust, identity: identity)
            )
            #expect(shown.reason == .malformedAnswer, "\(shown)")
            let withheld = try await Self.ask(try Self.access(folder, port: port, trust: trust))
            #expect(withheld.reason == .unreachable, "\(withheld)")
        }
    }

    @Test func `what is no certificate is named`() async throws {
        let access = try Self.access(URL(filePath: "/"), port: 1, trust: .authorities(Data("PEM".utf8)))
        let error = try await Self.ask(access)
        #expect(error.reason == .credentials)
        #expect(error.message.contains("certificate-authority: holds no PEM certificate"))
    }
}
