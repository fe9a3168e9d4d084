import AWS
import Fleet
import Foundation
import Reservations
import Testing

@Suite("Volumes in EC2") struct EC2VolumesTests {
    private let id = Sample.volume
    private let made = AWSResponse.xml(
        """
        <CreateVolumeResponse><volumeId>vol-0123456789abcdef0</volumeId><status>creating</status>\
        <availabilityZone>eu-central-1a</availabilityZone><size>1024</size></CreateVolumeResponse>
        """
    )

    private func ec2(_ transport: ScriptedAWS) throws -> EC2 { EC2(try .test(transport)) }

    private func code(
        _ body: () async throws(VolumeError) -> some Any
    ) async -> (VolumeError.Code, Bool)? {
        do {
            _ = try await body()
            return nil
        } catch {
            return (error.code, error.mayHaveTakenEffect)
        }
    }

    @Test func `exactly the intent is sent`() async throws {
        let transport = ScriptedAWS { [made] _ in made }
        let volumes = EC2Volumes(try ec2(transport), time: LeapingTime())
        let intent = Sample.intent(snapshot: SnapshotID(unchecked: "snap-0123456789abcdef0"))
        #expect(try await volumes.create(intent) == id)
        let form = try #require(transport.sent.first).form
        #expect(
            form == [
                "Action": "CreateVolume", "Version": "2016-11-15", "AvailabilityZone": "eu-central-1a",
                "ClientToken": intent.token, "Size": "1024", "SnapshotId": "snap-0123456789abcdef0",
                "VolumeType": "gp3", "Iops": "16000", "Throughput": "1000",
                "TagSpecification.1.ResourceType": "volume",
                "TagSpecification.1.Tag.1.Key": "berth-fleet", "TagSpecification.1.Tag.1.Value": "fleet-1",
                "TagSpecification.1.Tag.2.Key": "gpu-dev-user",
                "TagSpecification.1.Tag.2.Value": "ada@example.com",
            ]
        )
    }

    @Test func `a replay sends the same bytes`() async throws {
        let transport = ScriptedAWS { [made] _ in made }
        let volumes = EC2Volumes(try ec2(transport), time: LeapingTime())
        _ = try await volumes.create(Sample.intent())
        _ = try await volumes.create(Sample.intent())
        #expect(transport.sent.count == 2)
        #expect(transport.sent.first?.body == transport.sent.last?.body)
    }

    @Test(arguments: [
        ("IdempotentParameterMismatch", 400, VolumeError.Code.tokenMismatch),
        ("RequestLimitExceeded", 503, .tryLater), ("InternalError", 500, .tryLater),
        ("VolumeLimitExceeded", 400, .tryLater), ("MaxIOPSLimitExceeded", 400, .tryLater),
        ("SomeNewLimitExceeded", 400, .tryLater), ("InsufficientVolumeCapacity", 500, .noCapacityInZone),
        ("InvalidSnapshot.NotFound", 400, .cannotBeMade), ("UnknownVolumeType", 400, .cannotBeMade),
        ("InvalidParameterValue", 400, .cannotBeMade), ("InvalidZone.NotFound", 400, .cannotBeMade),
        ("TagLimitExceeded", 400, .cannotBeMade), ("UnauthorizedOperation", 403, .notAllowed),
        ("AuthFailure", 401, .notAllowed), ("IncorrectState", 400, .tryLater),
        ("NeverHeardOf", 400, .cannotBeMade), ("NeverHeardOf", 500, .tryLater), ("", 403, .tryLater),
    ])
    func `a refused create says what that means for the disk`(
        name: String,
        status: Int,
        expected: VolumeError.Code
    ) async throws {
        let transport = ScriptedAWS { _ in .ec2Error(name, status: status) }
        let volumes = EC2Volumes(try ec2(transport), time: LeapingTime())
        #expect(
            await code { () throws(VolumeError) in try await volumes.create(Sample.intent()) }?.0 == expected
        )
    }

    @Test func `a create without an answer may have taken effect`() async throws {
        let transport = ScriptedAWS { _ throws(TransportError) in
            throw TransportError(.connectionLost, "gone")
        }
        let volumes = EC2Volumes(try ec2(transport), time: LeapingTime())
        let failure = await code { () throws(VolumeError) in try await volumes.create(Sample.intent()) }
        #expect(failure?.0 == .tryLater)
        #expect(failure?.1 == true)
    }

    @Test(arguments: [
        ("InvalidVolume.NotFound", VolumeError.Code.notFound), ("VolumeInUse", .inUse),
        ("IncorrectState", .wrongState), ("UnauthorizedOperation", .notAllowed),
        ("RequestLimitExceeded", .tryLater),
    ])
    func `a refused delete says why`(name: String, expected: VolumeError.Code) async throws {
        let transport = ScriptedAWS { _ in .ec2Error(name) }
        let janitor = EC2Janitor(try ec2(transport), time: LeapingTime())
        #expect(await code { () throws(VolumeError) in try await janitor.delete(id) }?.0 == expected)
    }

    @Test func `a snapshot bears its tags from the first moment`() async throws {
        let transport = ScriptedAWS { _ in
            .xml(
                "<CreateSnapshotResponse><snapshotId>snap-0123456789abcdef0</snapshotId>"
                    + "<status>pending</status></CreateSnapshotResponse>"
            )
        }
        let janitor = EC2Janitor(try ec2(transport), time: LeapingTime())
        let snapshot = try await janitor.snapshot(id, description: "saved", tags: [VolumeTag.saveID: "s"])
        #expect(snapshot.rawValue == "snap-0123456789abcdef0")
        let form = try #require(transport.sent.first).form
        #expect(form["VolumeId"] == id.rawValue)
        #expect(form["TagSpecification.1.Tag.1.Key"] == "berth-save-id")
    }

    @Test func `ids are asked for by filter, two hundred at a time, and absent ones are absent`() async throws
    {
        let transport = ScriptedAWS { [id] request in
            let asked = request.form.values.contains(id.rawValue)
            let item =
                "<item><volumeId>\(id)</volumeId><status>in-use</status><availabilityZone>a</availabilityZone>"
                + "<size>1</size><attachmentSet><item><instanceId>i</instanceId><device>d</device>"
                + "<status>attached</status></item></attachmentSet></item>"
            return .xml(
                "<DescribeVolumesResponse><volumeSet>\(asked ? item : "")</volumeSet></DescribeVolumesResponse>"
            )
        }
        let volumes = EC2Volumes(try ec2(transport), time: LeapingTime())
        var ids = (0..<450).map { VolumeID(unchecked: "vol-\(10_000_000 + $0)") }
        ids.append(id)
        ids.append(id)
        let found = try await volumes.volumes(ids)
        #expect(found.map(\.id) == [id])
        #expect(found.first?.isAttached == true)
        #expect(found.first?.state == .inUse)
        #expect(transport.sent.count == 3)
        let forms = transport.sent.map(\.form)
        #expect(forms.allSatisfy { $0["Filter.1.Name"] == "volume-id" && $0["Filter.1.Value.201"] == nil })
        #expect(try await volumes.volumes([]).isEmpty)
        #expect(transport.sent.count == 3)
    }

    @Test func `an entry that can't be read spoils the listing`() async throws {
        let transport = ScriptedAWS { _ in
            .xml(
                "<DescribeVolumesResponse><volumeSet><item><volumeId>nonsense</volumeId>"
                    + "<status>available</status></item></volumeSet></DescribeVolumesResponse>"
            )
        }
        let volumes = EC2Volumes(try ec2(transport), time: LeapingTime())
        let failure = await code { () throws(VolumeError) in try await volumes.volumes(ofFleet: Sample.fleet)
        }
        #expect(failure?.0 == .tryLater)
    }

    @Test func `a generation is found by its tags`() async throws {
        let transport = ScriptedAWS { _ in
            .xml("<DescribeVolumesResponse><volumeSet/></DescribeVolumesResponse>")
        }
        let volumes = EC2Volumes(try ec2(transport), time: LeapingTime())
        #expect(try await volumes.volumes(of: Sample.id(1), generation: 2).isEmpty)
        let form = try #require(transport.sent.first).form
        #expect(form["Filter.1.Name"] == "tag:berth-reservation")
        #expect(form["Filter.1.Value.1"] == Sample.id(1).rawValue)
        #expect(form["Filter.2.Name"] == "tag:berth-generation")
        #expect(form["Filter.2.Value.1"] == "2")
    }
}
