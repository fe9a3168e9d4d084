import AWS
import Foundation
import LocalStack
import Testing

@Suite("EC2: throttling and lost answers", .timeLimit(.minutes(1))) struct EC2LostAnswerContract {
    private func request(_ token: String) -> EC2.CreateVolume {
        .init(clientToken: token, availabilityZone: "us-east-2a", sizeGiB: 1)
    }

    private func limit(_ local: LocalAWS, size: Double, refill: Double) {
        var settings = local.ec2.settings
        settings.throttling.volumesAndSnapshots = .init(size: size, refillPerSecond: refill)
        local.ec2.adopt(settings)
    }

    @Test func `throttled calls wait and succeed`() async throws {
        try await withLocalAWS { bench, local in
            limit(local, size: 1, refill: 2)
            let start = local.clock.now
            for number in 0..<6 { _ = try await bench.ec2.createVolume(request("t\(number)")) }
            #expect(local.ec2.volumesCreated == 6)
            #expect(local.clock.now - start >= .seconds(2))
        }
    }

    @Test func `a call that stays throttled did nothing, and says so`() async throws {
        try await withLocalAWS { bench, local in
            limit(local, size: 1, refill: 0)
            _ = try await bench.ec2.createVolume(request("t"))
            let error = try await failure(AWS.EC2Error.self) {
                try await bench.ec2.createVolume(request("u"))
            }
            #expect(error.code == .throttled)
            #expect(error.serviceCode == "RequestLimitExceeded")
            #expect(error.status == 503)
            #expect(error.retriable && !error.mayHaveTakenEffect)
            #expect(error.attempts == 3)
            #expect(local.ec2.volumesCreated == 1)
        }
    }

    @Test func `a lost answer to a create is found by the token`() async throws {
        try await withLocalAWS { bench, local in
            local.loseAnswer("ec2", "CreateVolume", times: 2)
            let made = try await bench.ec2.createVolume(request("t"))
            #expect(local.ec2.volumes().map(\.id) == [made.id.rawValue])
        }
    }

    @Test(arguments: [Fault.Effect.drop, .error(code: "InternalError", status: 500, message: "")])
    func `a create whose every answer is lost may have taken effect, once`(_ effect: Fault.Effect)
        async throws
    {
        try await withLocalAWS { bench, local in
            local.faults.arm(Fault(service: "ec2", operation: "CreateVolume", effect: effect, moment: .after))
            let error = try await failure(AWS.EC2Error.self) {
                try await bench.ec2.createVolume(request("t"))
            }
            #expect(error.mayHaveTakenEffect && error.retriable)
            #expect(error.attempts == 3)
            #expect(local.ec2.volumesCreated == 1)
            local.faults.disarmAll()
            let again = try await bench.ec2.createVolume(request("t"))
            #expect(local.ec2.volumes().map(\.id) == [again.id.rawValue])
        }
    }

    @Test func `a refusal after a lost answer says nothing of the first attempt`() async throws {
        try await withLocalAWS { bench, local in
            var settings = local.ec2.settings
            settings.creation.volumeQuota = 1
            local.ec2.adopt(settings)
            local.loseAnswer("ec2", "CreateVolume")
            let error = try await failure(AWS.EC2Error.self) {
                try await bench.ec2.createVolume(request("t"))
            }
            #expect(error.code == .volumeLimitExceeded)
            #expect(error.mayHaveTakenEffect)
            #expect(local.ec2.volumesCreated == 1)
        }
    }

    @Test func `a snapshot, which has no token, isn't asked for twice`() async throws {
        try await withLocalAWS { bench, local in
            let volume = EC2.VolumeID(local.ec2.plant(volumeIn: "us-east-2a", sizeGiB: 1))
            local.loseAnswer("ec2", "CreateSnapshot")
            let error = try await failure(AWS.EC2Error.self) {
                try await bench.ec2.createSnapshot(of: volume, tags: ["mark": "m"])
            }
            #expect(error.code == .call(.connectionLost))
            #expect(error.mayHaveTakenEffect)
            #expect(error.attempts == 1)
            let found = try await bench.eventually {
                try await bench.ec2.describeSnapshots(filters: [.tag("mark", "m")])
            } until: {
                !$0.isEmpty
            }
            #expect(found.count == 1)
        }
    }

    @Test func `a delete that is met by its own repeat says that it may have worked`() async throws {
        try await withLocalAWS { bench, local in
            var settings = local.ec2.settings
            settings.deleteInDeleting = .notFound
            local.ec2.adopt(settings)
            let volume = EC2.VolumeID(local.ec2.plant(volumeIn: "us-east-2a", sizeGiB: 1))
            local.loseAnswer("ec2", "DeleteVolume")
            let error = try await failure(AWS.EC2Error.self) { try await bench.ec2.deleteVolume(volume) }
            #expect(error.code == .volumeNotFound)
            #expect(error.mayHaveTakenEffect)
            #expect(error.attempts == 2)
        }
    }

    @Test func `a list that breaks off is an error, never a shorter list`() async throws {
        try await withLocalAWS { bench, local in
            var settings = local.ec2.settings
            settings.listing.maxPageSize = 5
            local.ec2.adopt(settings)
            for _ in 0..<12 { local.ec2.plant(volumeIn: "us-east-2a", sizeGiB: 1) }
            local.faults.arm(
                Fault(service: "ec2", operation: "DescribeVolumes", effect: .drop, containing: "NextToken")
            )
            let error = try await failure(AWS.EC2Error.self) {
                try await bench.ec2.describeVolumes(filters: [])
            }
            #expect(error.code == .call(.connectionLost))
            #expect(!error.mayHaveTakenEffect)
        }
    }

    @Test func `a service that doesn't listen was sent nothing`() async throws {
        try await withNobody { client in
            let error = try await failure(AWS.EC2Error.self) {
                try await EC2(client).createVolume(request("t"))
            }
            #expect(error.code == .call(.notSent))
            #expect(!error.mayHaveTakenEffect)
            #expect(error.retriable)
        }
    }
}
