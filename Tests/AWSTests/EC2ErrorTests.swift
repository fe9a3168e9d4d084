import AWS
import Foundation
import Testing

struct EC2ErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var status = 400
        let code: EC2Error.Code
        var attempts = 1
        var retriable = false
        var mayHaveTakenEffect = false

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "InvalidVolume.NotFound", code: .volumeNotFound),
        Case(name: "InvalidSnapshot.NotFound", code: .snapshotNotFound),
        Case(name: "InvalidZone.NotFound", code: .zoneNotFound),
        Case(name: "InvalidVolumeID.Malformed", code: .malformedID),
        Case(name: "IncorrectState", code: .incorrectState, retriable: true),
        Case(name: "VolumeInUse", code: .volumeInUse, retriable: true),
        Case(name: "IdempotentParameterMismatch", code: .idempotentParameterMismatch),
        Case(name: "VolumeLimitExceeded", code: .volumeLimitExceeded),
        Case(name: "MaxIOPSLimitExceeded", code: .maxIOPSLimitExceeded),
        Case(name: "SnapshotLimitExceeded", code: .snapshotLimitExceeded),
        Case(
            name: "ConcurrentSnapshotLimitExceeded",
            code: .concurrentSnapshotLimitExceeded,
            retriable: true
        ),
        Case(
            name: "SnapshotCreationPerVolumeRateExceeded",
            code: .snapshotCreationPerVolumeRateExceeded,
            retriable: true
        ),
        Case(name: "FilterLimitExceeded", code: .filterLimitExceeded),
        Case(name: "InvalidParameterCombination", code: .invalidParameter),
        Case(name: "UnauthorizedOperation", status: 403, code: .accessDenied),
        Case(name: "RequestLimitExceeded", status: 503, code: .throttled, attempts: 3, retriable: true),
        Case(name: "EC2ThrottledException", code: .throttled, attempts: 3, retriable: true),
        Case(
            name: "InsufficientVolumeCapacity",
            status: 500,
            code: .insufficientVolumeCapacity,
            retriable: true
        ),
        Case(
            name: "Unavailable",
            status: 503,
            code: .internalError,
            attempts: 3,
            retriable: true,
            mayHaveTakenEffect: true
        ),
        Case(name: "Brand.New", code: .other("Brand.New")),
    ]

    @Test(arguments: cases)
    func `an error answer has its code, and says whether it passes and what it leaves open`(
        expected: Case
    ) async throws {
        let answer = AWSResponse.ec2Error(expected.name, "a text", status: expected.status)
        let transport = ScriptedTransport(answer, answer, answer)
        let error = await #expect(throws: EC2Error.self) {
            try await EC2(testClient(transport)).deleteVolume("vol-1")
        }
        #expect(error?.code == expected.code)
        #expect(error?.serviceCode == expected.name)
        #expect(error?.message == "a text")
        #expect(error?.requestID == "req-1")
        #expect(error?.status == expected.status)
        #expect(error?.attempts == expected.attempts)
        #expect(error?.retriable == expected.retriable)
        #expect(error?.mayHaveTakenEffect == expected.mayHaveTakenEffect)
        #expect(transport.requests.count == expected.attempts)
    }

    @Test(arguments: [502, 503, 504])
    func `a proxy's page is judged by its status`(status: Int) async throws {
        let page = AWSResponse.xml("<html><body>no</body></html>", status: status)
        let transport = ScriptedTransport(page, page, page)
        let error = await #expect(throws: EC2Error.self) {
            try await EC2(testClient(transport)).deleteVolume("vol-1")
        }
        #expect(error?.code == .internalError)
        #expect(error?.mayHaveTakenEffect == true)
        #expect(transport.requests.count == 3)
    }

    @Test func `a burnt token is told from one used with other parameters`() {
        let burnt = EC2Error(
            code: .idempotentParameterMismatch,
            message:
                "The client token you have provided is associated with a resource that is already deleted."
        )
        let other = EC2Error(code: .idempotentParameterMismatch, message: "Arguments on this request differ")
        #expect(burnt.tokenIsBurnt)
        #expect(!other.tokenIsBurnt)
    }

    static let messages: [(EC2Error.Code, String, [String])] = [
        (.volumeNotFound, "The volume 'vol-0abc' does not exist.", ["vol-0abc"]),
        (.volumeNotFound, "The volumes 'vol-1, vol-2,vol-1' do not exist", ["vol-1", "vol-2"]),
        (.snapshotNotFound, "The snapshot 'snap-1' does not exist.", ["snap-1"]),
        (.snapshotNotFound, "vol-1 is no snapshot", []),
        (.volumeNotFound, "vol- ü vol", []),
        (.incorrectState, "vol-1", []),
    ]

    @Test(arguments: messages)
    func `unknown ids are read from the text`(code: EC2Error.Code, message: String, ids: [String]) {
        #expect(EC2Error(code: code, message: message).unknownIDs == ids)
    }
}
