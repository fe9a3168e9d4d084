import AWS
import Foundation
import Testing

struct EC2Tests {
    static let volume = """
        <volumeId>vol-1</volumeId><size>20</size><snapshotId/><availabilityZone>us-east-1a</availabilityZone>\
        <status>creating</status><createTime>2026-09-21T14:13:20.500Z</createTime><volumeType>gp3</volumeType>\
        <iops>3000</iops><throughput>125</throughput><encrypted>true</encrypted>\
        <tagSet><item><key>a</key><value>1</value></item><item><key>b</key><value/></item></tagSet>
        """

    @Test func `a volume is asked for in flat fields and read from XML`() async throws {
        let transport = ScriptedTransport(
            .xml(
                """
                <CreateVolumeResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
                <requestId>r</requestId>\(Self.volume)</CreateVolumeResponse>
                """
            )
        )
        let volume = try await EC2(testClient(transport)).createVolume(
            .init(
                clientToken: "token",
                availabilityZone: "us-east-1a",
                sizeGiB: 20,
                snapshotID: "snap-1",
                iops: 3000,
                throughputMiBps: 125,
                encrypted: true,
                tags: ["b": "", "a": "1 ü"]
            )
        )
        #expect(
            transport.bodies == [
                "Action=CreateVolume&Version=2016-11-15&AvailabilityZone=us-east-1a&ClientToken=token"
                    + "&Encrypted=true&Iops=3000&Size=20&SnapshotId=snap-1"
                    + "&TagSpecification.1.ResourceType=volume&TagSpecification.1.Tag.1.Key=a"
                    + "&TagSpecification.1.Tag.1.Value=1%20%C3%BC&TagSpecification.1.Tag.2.Key=b"
                    + "&TagSpecification.1.Tag.2.Value=&Throughput=125&VolumeType=gp3"
            ]
        )
        #expect(
            volume
                == EC2.Volume(
                    id: "vol-1",
                    state: .creating,
                    availabilityZone: "us-east-1a",
                    sizeGiB: 20,
                    createTime: Date(timeIntervalSince1970: 1_790_000_000.5),
                    tags: ["a": "1", "b": ""],
                    type: "gp3",
                    iops: 3000,
                    throughputMiBps: 125,
                    encrypted: true
                )
        )
    }

    @Test func `an empty list of ids is an empty answer, and no call`() async throws {
        let transport = ScriptedTransport()
        let ec2 = EC2(try testClient(transport))
        #expect(try await ec2.describeVolumes(ids: []).isEmpty)
        #expect(try await ec2.describeSnapshots(ids: []).isEmpty)
        #expect(try await ec2.findVolumes(ids: []) == EC2.VolumeFindings())
        #expect(try await ec2.describeVolumes(filters: [.init(name: "tag:a", values: [])]).isEmpty)
        try await ec2.createTags([:], on: ["vol-1"])
        try await ec2.deleteTags([], on: ["vol-1"])
        #expect(transport.requests.isEmpty)
    }

    @Test func `pages are read until none has a token, empty ones too`() async throws {
        let transport = ScriptedTransport(
            .xml("<R><volumeSet><item>\(Self.volume)</item></volumeSet><nextToken>p 2</nextToken></R>"),
            .xml("<R><volumeSet/><nextToken>p3</nextToken></R>"),
            .xml(
                "<R><volumeSet><item>\(Self.volume)</item><item>\(Self.volume)</item></volumeSet><nextToken/></R>"
            )
        )
        let volumes = try await EC2(testClient(transport)).describeVolumes(filters: [
            .tag("fleet", "f*1"), .init(name: "status", values: ["creating", "error"]),
        ])
        #expect(volumes.count == 3)
        let first =
            "Action=DescribeVolumes&Version=2016-11-15&Filter.1.Name=tag%3Afleet&Filter.1.Value.1=f%5C%2A1"
            + "&Filter.2.Name=status&Filter.2.Value.1=creating&Filter.2.Value.2=error&MaxResults=500"
        #expect(transport.bodies == [first, first + "&NextToken=p%202", first + "&NextToken=p3"])
    }

    @Test func `by id there is no page size, and attachments are read`() async throws {
        let transport = ScriptedTransport(
            .xml(
                """
                <R><volumeSet><item><volumeId>vol-1</volumeId><status>in-use</status><size>1</size>
                <availabilityZone>a</availabilityZone><snapshotId>snap-9</snapshotId>
                <attachmentSet><item><volumeId>vol-1</volumeId><instanceId>i-1</instanceId>
                <device>/dev/sdf</device><status>attached</status></item></attachmentSet></item>
                <item><volumeId>vol-2</volumeId><status>odd</status><attachmentSet/></item></volumeSet></R>
                """
            )
        )
        let volumes = try await EC2(testClient(transport)).describeVolumes(ids: ["vol-1", "vol-2"])
        #expect(
            transport.bodies == [
                "Action=DescribeVolumes&Version=2016-11-15&VolumeId.1=vol-1&VolumeId.2=vol-2"
            ]
        )
        #expect(volumes.map(\.state) == [.inUse, .unknown("odd")])
        #expect(volumes.first?.snapshotID == "snap-9")
        #expect(
            volumes.first?.attachments == [.init(instanceID: "i-1", device: "/dev/sdf", state: "attached")]
        )
    }

    @Test func `unknown ids are dropped and asked about no more`() async throws {
        let transport = ScriptedTransport(
            .ec2Error("InvalidVolume.NotFound", "The volumes 'vol-2, vol-3' do not exist."),
            .xml("<R><volumeSet><item>\(Self.volume)</item></volumeSet></R>")
        )
        let findings = try await EC2(testClient(transport)).findVolumes(ids: ["vol-1", "vol-2", "vol-3"])
        #expect(findings.unknown == ["vol-2", "vol-3"])
        #expect(findings.volumes.map(\.id) == ["vol-1"])
        #expect(transport.bodies.last == "Action=DescribeVolumes&Version=2016-11-15&VolumeId.1=vol-1")
    }

    @Test func `a NotFound that names nothing asked for stays an error`() async throws {
        let transport = ScriptedTransport(
            .ec2Error("InvalidVolume.NotFound", "The volume 'vol-9' does not exist.")
        )
        let error = await #expect(throws: EC2Error.self) {
            try await EC2(testClient(transport)).findVolumes(ids: ["vol-1"])
        }
        #expect(error?.code == .volumeNotFound)
        #expect(error?.unknownIDs == ["vol-9"])
    }

    @Test func `a snapshot is made once: an attempt of unknown fate is not repeated`() async throws {
        let transport = ScriptedTransport([
            ScriptedTransport.answering(.ec2Error("RequestLimitExceeded", status: 503)),
            ScriptedTransport.answering(.ec2Error("InternalError", status: 500)),
        ])
        let error = await #expect(throws: EC2Error.self) {
            try await EC2(testClient(transport)).createSnapshot(
                of: "vol-1",
                description: "d",
                tags: ["a": "b"]
            )
        }
        #expect(error?.code == .internalError)
        #expect(error?.mayHaveTakenEffect == true)
        #expect(transport.requests.count == 2)
        #expect(
            transport.bodies.first
                == "Action=CreateSnapshot&Version=2016-11-15&Description=d"
                + "&TagSpecification.1.ResourceType=snapshot&TagSpecification.1.Tag.1.Key=a"
                + "&TagSpecification.1.Tag.1.Value=b&VolumeId=vol-1"
        )
    }

    @Test func `snapshots are the account's own`() async throws {
        let transport = ScriptedTransport(
            .xml(
                """
                <R><snapshotSet><item><snapshotId>snap-1</snapshotId><volumeId>vol-1</volumeId>
                <status>pending</status><startTime>2026-09-21T14:13:20.000Z</startTime><progress>42%</progress>
                <ownerId>111122223333</ownerId><volumeSize>8</volumeSize><description>d e</description>
                <encrypted>false</encrypted><tagSet/></item></snapshotSet></R>
                """
            )
        )
        let snapshots = try await EC2(testClient(transport)).describeSnapshots(filters: [])
        #expect(
            transport.bodies == ["Action=DescribeSnapshots&Version=2016-11-15&MaxResults=500&Owner.1=self"]
        )
        #expect(
            snapshots == [
                EC2.Snapshot(
                    id: "snap-1",
                    volumeID: "vol-1",
                    state: .pending,
                    progress: "42%",
                    startTime: Date(timeIntervalSince1970: 1_790_000_000),
                    ownerID: "111122223333",
                    description: "d e",
                    volumeSizeGiB: 8
                )
            ]
        )
    }

    @Test func `tags are set and removed by key, and deletes say what they delete`() async throws {
        let done = AWSResponse.xml("<R><return>true</return></R>")
        let transport = ScriptedTransport(done, done, done, done)
        let ec2 = EC2(try testClient(transport))
        try await ec2.createTags(["a": "1"], on: ["vol-1", "snap-1"])
        try await ec2.deleteTags(["a", "b"], on: ["vol-1"])
        try await ec2.deleteVolume("vol-1")
        try await ec2.deleteSnapshot("snap-1")
        #expect(
            transport.bodies == [
                "Action=CreateTags&Version=2016-11-15&ResourceId.1=vol-1&ResourceId.2=snap-1"
                    + "&Tag.1.Key=a&Tag.1.Value=1",
                "Action=DeleteTags&Version=2016-11-15&ResourceId.1=vol-1&Tag.1.Key=a&Tag.2.Key=b",
                "Action=DeleteVolume&Version=2016-11-15&VolumeId=vol-1",
                "Action=DeleteSnapshot&Version=2016-11-15&SnapshotId=snap-1",
            ]
        )
    }

    @Test(arguments: ["", "<html>", "<R/>", "<R><volumeSet><item/></volumeSet></R>", "{}"])
    func `a success that can't be read is an error, not an empty list`(body: String) async throws {
        let transport = ScriptedTransport(.xml(body))
        let error = await #expect(throws: EC2Error.self) {
            try await EC2(testClient(transport)).describeVolumes(filters: [])
        }
        #expect(error?.code == .call(.malformedAnswer))
    }

    @Test(arguments: [("a*b?c\\d", "a\\*b\\?c\\\\d"), ("plain ü", "plain ü"), ("", "")])
    func `wildcards in a value are escaped`(value: String, escaped: String) {
        #expect(EC2.Filter.escaped(value) == escaped)
    }
}
