import LocalStack
import Testing

struct CreateVolumeTests {
    @Test func `a volume is creating until its latency is over`() async {
        let bench = EC2Bench()
        let made = await bench.create()
        #expect(made.status == 200)
        #expect(made.first("status") == "creating")
        let id = made.first("volumeId")
        bench.clock.advance(by: .milliseconds(1_999))
        #expect(await bench.call("DescribeVolumes", ["VolumeId.1": id]).first("status") == "creating")
        bench.clock.advance(by: .milliseconds(1))
        #expect(await bench.call("DescribeVolumes", ["VolumeId.1": id]).first("status") == "available")
    }

    @Test func `latencies are stretched by the stack's scale`() async {
        let bench = EC2Bench(scale: 0.1)
        let id = await bench.create().first("volumeId")
        bench.clock.advance(by: .milliseconds(199))
        #expect(bench.state(id) == .creating)
        bench.clock.advance(by: .milliseconds(1))
        #expect(bench.state(id) == .available)
    }

    @Test func `the same seed gives the same ids`() async {
        let (one, other) = (EC2Bench(), EC2Bench())
        #expect(await one.create().first("volumeId") == other.create().first("volumeId"))
    }

    @Test func `gp3 has its own defaults and gp2 is the default type`() async {
        let bench = EC2Bench()
        let modern = await bench.create()
        #expect(modern.first("iops") == "3000")
        #expect(modern.first("throughput") == "125")
        #expect(await bench.create(["VolumeType": "-"]).first("volumeType") == "gp2")
    }

    @Test(arguments: [
        (["AvailabilityZone": "us-east-2z"], "InvalidZone.NotFound"),
        (["AvailabilityZone": "-"], "MissingParameter"),
        (["AvailabilityZoneId": "use2-az1"], "InvalidParameterCombination"),
        (["Size": "-"], "MissingParameter"),
        (["Size": "ten"], "InvalidParameterValue"),
        (["Size": "9223372036854775808"], "InvalidParameterValue"),
        (["Size": "9223372036854775807"], "InvalidParameterValue"),
        (["Size": "0", "VolumeType": "gp3"], "InvalidParameterValue"),
        (["Iops": "80001"], "InvalidParameterValue"),
        (["Iops": "6000"], "InvalidParameterCombination"),
        (["VolumeType": "gp9"], "UnknownVolumeType"),
        (["SnapshotId": "snap-x"], "InvalidSnapshotID.Malformed"),
        (["SnapshotId": "snap-0123456789abcdef0"], "InvalidSnapshot.NotFound"),
        (["TagSpecification.1.ResourceType": "snapshot"], "InvalidParameterValue"),
        (["ClientToken": String(repeating: "a", count: 65)], "InvalidParameterValue"),
        (["KmsKeyId": "alias/k"], "InvalidParameterDependency"),
        (["Colour": "red"], "UnknownParameter"),
        (["DryRun": "true"], "DryRunOperation"),
    ])
    func `what can't be is refused with its code`(_ changes: [String: String], _ code: String) async {
        let bench = EC2Bench()
        #expect(await bench.create(changes.merging(["Iops": changes["Iops"] ?? "-"]) { $1 }).code == code)
        #expect(bench.ec2.volumes().isEmpty)
    }

    @Test func `a zone may be named by its id`() async {
        let bench = EC2Bench()
        let made = await bench.create(["AvailabilityZone": "-", "AvailabilityZoneId": "use2-az2"])
        #expect(made.first("availabilityZone") == "us-east-2b")
    }

    @Test func `a full zone is a server error and the others are open`() async {
        let bench = EC2Bench { $0.creation.fullZones = ["us-east-2a"] }
        let refused = await bench.create()
        #expect(refused.code == "InsufficientVolumeCapacity")
        #expect(refused.status == 500)
        #expect(await bench.create(["AvailabilityZone": "us-east-2b"]).status == 200)
    }

    @Test func `an unknown key makes a ghost that is never found again`() async {
        let bench = EC2Bench()
        let made = await bench.create(["Encrypted": "true", "KmsKeyId": "alias/none", "ClientToken": "t"])
        #expect(made.status == 200)
        #expect(made.first("status") == "creating")
        bench.clock.advance(by: .seconds(60))
        let id = made.first("volumeId")
        #expect(await bench.call("DescribeVolumes", ["VolumeId.1": id]).code == "InvalidVolume.NotFound")
        let again = await bench.create(["Encrypted": "true", "KmsKeyId": "alias/none", "ClientToken": "t"])
        #expect(again.code == "IdempotentParameterMismatch")
        #expect(again.message.contains("already deleted"))
    }

    @Test func `a volume that failed is in error and its token is burnt`() async {
        let bench = EC2Bench()
        bench.ec2.nextVolume(becomes: .error)
        let id = await bench.create(["ClientToken": "t"]).first("volumeId")
        #expect(bench.state(id) == .creating)
        bench.clock.advance(by: .seconds(2))
        #expect(await bench.call("DescribeVolumes", ["VolumeId.1": id]).first("status") == "error")
        #expect(await bench.create(["ClientToken": "t"]).message.contains("already deleted"))
    }

    @Test func `an answer that is lost leaves the volume`() async {
        let bench = EC2Bench()
        bench.faults.arm(
            Fault(service: "ec2", operation: "CreateVolume", effect: .drop, moment: .after, times: 1)
        )
        #expect(await bench.create(["ClientToken": "t"]).status == 0)
        #expect(bench.ec2.volumes().count == 1)
        let repeated = await bench.create(["ClientToken": "t"])
        #expect(repeated.first("volumeId") == bench.ec2.volumes().first?.id)
        #expect(bench.ec2.volumesCreated == 1)
    }

    @Test func `an injected error has EC2's own form`() async {
        let bench = EC2Bench()
        let effect = Fault.Effect.error(code: "RequestLimitExceeded", status: 503, message: "slow & down")
        bench.faults.arm(Fault(service: "ec2", operation: "*", effect: effect, times: 1))
        let reply = await bench.create()
        #expect(reply.status == 503)
        #expect(reply.code == "RequestLimitExceeded")
        #expect(reply.message == "slow &amp; down")
        #expect(bench.ec2.volumes().isEmpty)
    }
}
