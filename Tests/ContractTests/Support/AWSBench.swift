import AWS
import AsyncHTTPClient
import Foundation
import LocalStack
import Logging
import NIOCore
import NIOHTTP1
import Testing

/// Our clients, and over the local stack what lies behind the socket.
struct AWSBench: Sendable {
    let client: AWSClient
    /// Nil for an emulator.
    let local: LocalAWS?

    var dynamoDB: DynamoDB { DynamoDB(client) }
    var efs: EFS { EFS(client) }
    var ec2: EC2 { EC2(client) }

    /// What is too late or too early passes.
    func pause() async throws {
        if let local { return local.clock.advance(by: .seconds(1)) }
        try await Task.sleep(for: .milliseconds(50))
    }

    /// Asks again until the answer is right, for what the services show late.
    ///
    /// - Returns: the last answer, right or not.
    func eventually<Value>(
        _ ask: () async throws -> Value,
        until isRight: (Value) -> Bool
    ) async throws -> Value {
        var answer = try await ask()
        for _ in 0..<Self.looks where !isRight(answer) {
            try await pause()
            answer = try await ask()
        }
        return answer
    }

    private static let looks = 200

    /// A subnet that there is: the emulator has a network to begin with, of names that it makes up.
    func anySubnet() async throws -> String {
        guard local == nil else { return "subnet-0000000000000000a" }
        var request = HTTPClientRequest(url: try #require(AWSTarget.ministackURL))
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        let scope = "test/20260101/us-east-2/ec2/aws4_request"
        request.headers.add(
            name: "Authorization",
            value: "AWS4-HMAC-SHA256 Credential=\(scope), SignedHeaders=host, Signature=0"
        )
        request.body = .bytes(ByteBuffer(string: "Action=DescribeSubnets&Version=2016-11-15"))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let body = String(buffer: try await response.body.collect(upTo: 1 << 20))
        let found = try #require(body.firstMatch(of: /<subnetId>(subnet-\w+)</), "no subnet in \(body)")
        return String(found.1)
    }
}

/// The AWS services of the local stack behind one socket, in time that only clients' waits and tests move.
struct LocalAWS: Sendable {
    let clock = ManualTime()
    let faults: FaultPlan
    let dynamoDB: LocalDynamoDB
    let ec2: LocalEC2
    let efs: LocalEFS

    init() {
        let time = clock.time()
        faults = FaultPlan(seed: 1, time: time)
        dynamoDB = LocalDynamoDB(time: time, faults: faults)
        ec2 = LocalEC2(time: time, faults: faults)
        efs = LocalEFS(time: time, faults: faults)
    }

    var frontDoor: AWSFrontDoor {
        AWSFrontDoor(["dynamodb": dynamoDB, "ec2": ec2, "elasticfilesystem": efs])
    }

    /// The operation takes place and its answer is lost, that many times.
    func loseAnswer(_ service: String, _ operation: String, times: Int? = 1) {
        let fault = Fault(service: service, operation: operation, effect: .drop, moment: .after, times: times)
        faults.arm(fault)
    }

    /// The operation doesn't take place and answers an error, that many times.
    func refuse(_ service: String, _ operation: String, _ code: String, status: Int = 400, times: Int? = 1) {
        let effect = Fault.Effect.error(code: code, status: status, message: "injected")
        faults.arm(Fault(service: service, operation: operation, effect: effect, times: times))
    }
}

/// Runs a test's body with clients of a target, over HTTP in either case.
///
/// - Parameters:
///   - target: whose server answers.
///   - dressed: what stands between the socket and the local stack's services, if anything.
///   - body: the test.
/// - Throws: what the body throws.
func withAWS(
    _ target: AWSTarget,
    dressed: (any LocalService) -> any LocalService = { $0 },
    _ body: (AWSBench) async throws -> Void
) async throws {
    try await withHTTPClient { http in
        switch target {
        case .local:
            let local = LocalAWS()
            try await withLocalServer(dressed(local.frontDoor)) { port in
                let client = try awsClient("http://127.0.0.1:\(port)", over: http, clock: local.clock)
                try await body(AWSBench(client: client, local: local))
            }
        case .ministack:
            let url = try #require(AWSTarget.ministackURL)
            try await body(AWSBench(client: try awsClient(url, over: http, clock: nil), local: nil))
        }
    }
}

/// Runs a test's body with a client of an address where nothing listens any more.
func withNobody(_ body: (AWSClient) async throws -> Void) async throws {
    let local = LocalAWS()
    let port = try await withLocalServer(local.frontDoor) { $0 }
    try await withHTTPClient { http in
        try await body(try awsClient("http://127.0.0.1:\(port)", over: http, clock: local.clock))
    }
}

private func withHTTPClient(_ body: (HTTPClient) async throws -> Void) async throws {
    let configuration = AsyncHTTPTransport.configuration()
    let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    do {
        try await body(http)
    } catch {
        try await http.shutdown()
        throw error
    }
    try await http.shutdown()
}

/// The same for what only the local stack has: its services and its faults.
func withLocalAWS(
    _ dressed: (any LocalService) -> any LocalService = { $0 },
    _ body: (AWSBench, LocalAWS) async throws -> Void
) async throws {
    try await withAWS(.local, dressed: dressed) { bench in try await body(bench, try #require(bench.local)) }
}

private func awsClient(_ url: String, over http: HTTPClient, clock: ManualTime?) throws -> AWSClient {
    let start = ContinuousClock.now
    let time = AWSTime(
        elapsed: { clock?.now ?? (ContinuousClock.now - start) },
        date: { Date() },
        sleep: { duration in
            guard let clock else { return try await Task.sleep(for: duration) }
            clock.advance(by: duration)
        },
        fraction: { 0.5 }
    )
    return AWSClient(
        region: try #require(Region("us-east-2")),
        credentials: FixedCredentials(Credentials(accessKeyID: "test", secretAccessKey: "test")),
        transport: AsyncHTTPTransport(http),
        endpoints: Endpoints(all: try #require(Endpoint(url: url))),
        time: time,
        logger: .quiet
    )
}
