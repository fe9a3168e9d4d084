import Foundation
import LocalStack
import Testing

struct StackServerTests {
    /// Runs a stack in a folder of its own for as long as the body takes.
    private static func withStack(
        _ body: (StackServer, StackEndpoints, StackDirectory) async throws -> Void
    ) async throws -> StackDirectory {
        let path = NSTemporaryDirectory() + "berth-stack-\(UUID().uuidString)"
        var configuration = StackConfiguration(directory: path)
        configuration.timeScale = 0
        configuration.faults = [Fault(service: "github", operation: "keys", effect: .drop, times: 1)]
        let server = try StackServer(configuration)
        let directory = StackDirectory(path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            try await body(server, try await server.endpoints, directory)
            group.cancelAll()
            while let end = await group.nextResult() {
                if case .failure(let error) = end, !(error is CancellationError) { throw error }
            }
        }
        return directory
    }

    private static func port(of url: String) throws -> Int {
        try #require(URL(string: url)?.port)
    }

    @Test(.timeLimit(.minutes(1)))
    func `everything answers at its address, and nothing is left at the end`() async throws {
        var kubeconfig = ""
        let left = try await Self.withStack { server, endpoints, directory in
            let control = RawClient(port: try Self.port(of: endpoints.controlURL))
            #expect(try await control.get("/healthz").status == 200)
            let github = RawClient(port: try Self.port(of: endpoints.githubURL))
            server.github.setKeys(["ssh-ed25519 A"], of: "ada")
            #expect(try await github.get("/ada.keys").text.isEmpty)
            #expect(try await github.get("/ada.keys").body == "ssh-ed25519 A\n")
            let scope =
                "Authorization: AWS4-HMAC-SHA256 Credential=k/20261124/us-east-2/ec2/aws4_request, Signature=0\r\n"
            let aws = RawClient(port: try Self.port(of: endpoints.awsURL))
            let zones = try await aws.get(
                "/?Action=DescribeAvailabilityZones",
                headers: scope + "Connection: close\r\n"
            )
            #expect(zones.text.contains("<zoneName>us-east-2a</zoneName>"))
            #expect(try directory.endpoints() == endpoints)
            let environment = Dictionary(endpoints.environment, uniquingKeysWith: { $1 })
            #expect(environment["AWS_ENDPOINT_URL"] == endpoints.awsURL)
            #expect(environment["AWS_EC2_METADATA_DISABLED"] == "true")
            #expect(environment["BERTH_KAFKA_BOOTSTRAP_SERVERS"]?.hasPrefix("127.0.0.1:") == true)
            kubeconfig = endpoints.kubeconfig
        }
        #expect(throws: StackDirectory.Problem.self) { _ = try left.endpoints() }
        #expect(!FileManager.default.fileExists(atPath: kubeconfig))
        try FileManager.default.removeItem(atPath: left.path)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a second stack in the same folder is refused`() async throws {
        let left = try await Self.withStack { _, _, directory in
            let second = try StackServer(StackConfiguration(directory: directory.path))
            await #expect(throws: StackDirectory.Problem.self) { try await second.run() }
            _ = try directory.endpoints()
        }
        try FileManager.default.removeItem(atPath: left.path)
    }
}
