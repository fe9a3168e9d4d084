import AWS
import Foundation
import LocalStack
import Testing

@Suite("EC2: volumes", .timeLimit(.minutes(1))) struct VolumeContract {
    private func request(_ token: String = UUID().uuidString, size: Int? = 10) -> EC2.CreateVolume {
        .init(
            clientToken: token,
            availabilityZone: "us-east-2a",
            sizeGiB: size,
            iops: 4_000,
            throughputMiBps: 250,
            encrypted: true,
            tags: ["user": "ada@example.com", "odd": "<&\"'> ä+%= & < ", "blank": " ", "empty": ""]
        )
    }

    @Test func `a volume has what was asked for, and becomes available`() async throws {
        try await withLocalAWS { bench, local in
            let request = request()
            let made = try await bench.ec2.createVolume(request)
            #expect(made.state == .creating)
            let seen = try await bench.available(made.id)
            for volume in [made, seen] {
                #expect(volume.availabilityZone == "us-east-2a")
                #expect(volume.sizeGiB == 10)
                #expect(volume.type == "gp3")
                #expect(volume.iops == 4_000)
                #expect(volume.throughputMiBps == 250)
                #expect(volume.encrypted)
                #expect(volume.tags == request.tags)
                #expect(volume.snapshotID == nil)
                #expect(volume.attachments.isEmpty)
            }
            #expect(seen.createTime == local.ec2.volume(made.id.rawValue)?.createdAt)
        }
    }

    @Test func `a token makes one volume, refuses other parameters, and burns with it`() async throws {
        try await withLocalAWS { bench, local in
            let made = try await bench.ec2.createVolume(request("t"))
            #expect(try await bench.ec2.createVolume(request("t")).id == made.id)
            #expect(local.ec2.volumesCreated == 1)
            let other = try await failure(AWS.EC2Error.self) {
                try await bench.ec2.createVolume(request("t", size: 11))
            }
            #expect(other.code == .idempotentParameterMismatch)
            #expect(!other.tokenIsBurnt)
            _ = try await bench.available(made.id)
            try await bench.ec2.deleteVolume(made.id)
            let burnt = try await failure(AWS.EC2Error.self) {
                try await bench.ec2.createVolume(request("t"))
            }
            #expect(burnt.code == .idempotentParameterMismatch)
            #expect(burnt.tokenIsBurnt)
            #expect(!burnt.retriable && !burnt.mayHaveTakenEffect)
            #expect(local.ec2.volumesCreated == 1)
        }
    }

    @Test(arguments: [LocalVolume.Fate.error, .ghost])
    func `the token of a volume that came to nothing is burnt`(_ fate: LocalVolume.Fate) async throws {
        try await withLocalAWS { bench, local in
            local.ec2.nextVolume(becomes: fate)
            let made = try await bench.ec2.createVolume(request("t"))
            #expect(made.state == .creating)
            local.clock.advance(by: .seconds(60))
            let found = try await bench.ec2.findVolumes(ids: [made.id])
            switch fate {
            case .ghost: #expect(found.unknown == [made.id])
            default: #expect(found.volumes.map(\.state) == [.error])
            }
            let burnt = try await failure(AWS.EC2Error.self) {
                try await bench.ec2.createVolume(request("t"))
            }
            #expect(burnt.tokenIsBurnt)
        }
    }

    @Test func `over the quota even a repeat is refused, which proves nothing`() async throws {
        try await withLocalAWS { bench, local in
            _ = try await bench.ec2.createVolume(request("t"))
            var settings = local.ec2.settings
            settings.creation.volumeQuota = 1
            local.ec2.adopt(settings)
            for token in ["t", "u"] {
                let error = try await failure(AWS.EC2Error.self) {
                    try await bench.ec2.createVolume(request(token))
                }
                #expect(error.code == .volumeLimitExceeded)
            }
            #expect(local.ec2.volumes().count == 1)
        }
    }

    @Test func `a zone that is full, or isn't there, is told apart`() async throws {
        try await withLocalAWS { bench, local in
            var settings = local.ec2.settings
            settings.creation.fullZones = ["us-east-2a"]
            local.ec2.adopt(settings)
            let full = try await failure(AWS.EC2Error.self) { try await bench.ec2.createVolume(request()) }
            #expect(full.code == .insufficientVolumeCapacity)
            #expect(full.retriable)
            var elsewhere = request()
            elsewhere.availabilityZone = "us-east-2z"
            let absent = try await failure(AWS.EC2Error.self) { try await bench.ec2.createVolume(elsewhere) }
            #expect(absent.code == .zoneNotFound)
            #expect(!absent.retriable)
        }
    }

    @Test func `a volume is deleted when it is available, and then not found by name`() async throws {
        try await withLocalAWS { bench, local in
            var settings = local.ec2.settings
            settings.consistency = .strong
            local.ec2.adopt(settings)
            let made = try await bench.ec2.createVolume(request())
            let early = try await failure(AWS.EC2Error.self) { try await bench.ec2.deleteVolume(made.id) }
            #expect(early.code == .incorrectState)
            #expect(early.retriable)
            _ = try await bench.available(made.id)
            try local.ec2.attach(volume: made.id.rawValue, instance: "i-1")
            let used = try await failure(AWS.EC2Error.self) { try await bench.ec2.deleteVolume(made.id) }
            #expect(used.code == .volumeInUse)
            let seen = try await bench.ec2.describeVolumes(ids: [made.id])
            #expect(seen.map(\.state) == [.inUse])
            #expect(seen.first?.attachments.map(\.instanceID) == ["i-1"])
            try local.ec2.detach(volume: made.id.rawValue)
            _ = try await bench.available(made.id)
            try await bench.ec2.deleteVolume(made.id)
            let gone = try await bench.eventually {
                try await bench.ec2.findVolumes(ids: [made.id])
            } until: {
                $0.unknown == [made.id]
            }
            #expect(gone.unknown == [made.id] && gone.volumes.isEmpty)
            let again = try await failure(AWS.EC2Error.self) { try await bench.ec2.deleteVolume(made.id) }
            #expect(again.code == .volumeNotFound)
            #expect(again.unknownIDs == [made.id.rawValue])
        }
    }

    @Test func `tags are set, replaced and removed by key`() async throws {
        try await withLocalAWS { bench, _ in
            let made = try await bench.ec2.createVolume(request())
            _ = try await bench.available(made.id)
            try await bench.ec2.createTags(["user": "bob", "more": "1&2=3 ü"], on: [made.id.rawValue])
            try await bench.ec2.deleteTags(["odd", "absent"], on: [made.id.rawValue])
            let wanted = ["user": "bob", "more": "1&2=3 ü", "empty": "", "blank": " "]
            let seen = try await bench.eventually {
                try await bench.ec2.describeVolumes(ids: [made.id]).first?.tags
            } until: {
                $0 == wanted
            }
            #expect(seen == wanted)
            let unknown = try await failure(AWS.EC2Error.self) {
                try await bench.ec2.createTags(["a": "b"], on: ["vol-0123456789abcdef0"])
            }
            #expect(unknown.code == .volumeNotFound)
            #expect(unknown.unknownIDs == ["vol-0123456789abcdef0"])
        }
    }
}

extension AWSBench {
    /// The volume once it is available, however late reads are.
    func available(_ id: EC2.VolumeID) async throws -> EC2.Volume {
        let found = try await eventually {
            try await ec2.findVolumes(ids: [id]).volumes
        } until: {
            $0.first?.state == .available
        }
        guard let volume = found.first, volume.state == .available else {
            throw TestFailure("\(id) didn't become available: \(found)")
        }
        return volume
    }
}
