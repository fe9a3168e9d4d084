import AWS
import Foundation
import Testing

/// What the AWS contracts are held against: the local stack over a socket, or an emulator that others wrote.
enum AWSTarget: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case local
    case ministack

    /// The emulator's address, if the environment names one.
    static let ministackURL = ProcessInfo.processInfo.environment["BERTH_TEST_MINISTACK"]

    static var reachable: [AWSTarget] { ministackURL == nil ? [.local] : allCases }

    var testDescription: String { rawValue }
}

/// Stands in the results as skipped where there is no second witness.
@Suite struct SecondWitness {
    @Test(
        .enabled(if: AWSTarget.ministackURL != nil, "BERTH_TEST_MINISTACK names no emulator"),
        .timeLimit(.minutes(1))
    )
    func `an emulator that others wrote answers our client`() async throws {
        try await withAWS(.ministack) { bench in
            let table = "contract-nothing-\(UUID().uuidString)"
            let error = try await failure(DynamoDBError.self) {
                try await bench.dynamoDB.describeTable(table)
            }
            #expect(error.code == .resourceNotFound)
        }
    }
}
