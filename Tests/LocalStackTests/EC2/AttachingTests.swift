import LocalStack
import Testing

struct AttachingTests {
    private static let instance = "i-0123456789abcdef0"

    @Test func `a volume is attaching, attached, detaching and available again`() async throws {
        let bench = EC2Bench()
        let id = await bench.available()
        let wait = try bench.ec2.attach(volume: id, instance: Self.instance)
        #expect(wait == .seconds(3))
        #expect(bench.state(id) == .inUse)
        #expect(bench.ec2.volume(id)?.attachment?.state == .attaching)
        bench.clock.advance(by: wait)
        #expect(bench.ec2.volume(id)?.attachment?.state == .attached)
        let filter = ["Filter.1.Name": "attachment.instance-id", "Filter.1.Value.1": Self.instance]
        #expect(await bench.call("DescribeVolumes", filter).first("volumeId") == id)
        #expect(try bench.ec2.detach(volume: id) == .seconds(3))
        #expect(bench.ec2.volume(id)?.attachment?.state == .detaching)
        bench.clock.advance(by: .seconds(3))
        #expect(bench.state(id) == .available)
        #expect(bench.ec2.volume(id)?.attachment == nil)
    }

    @Test func `a volume is on one instance at a time`() async throws {
        let bench = EC2Bench()
        let id = await bench.available()
        try bench.ec2.attach(volume: id, instance: Self.instance)
        let refusal = #expect(throws: EC2Error.self) {
            try bench.ec2.attach(volume: id, instance: "i-0ffffffffffffffff")
        }
        #expect(refusal?.code == "VolumeInUse")
        #expect(try bench.ec2.attach(volume: id, instance: Self.instance, isRepeatable: true) == .seconds(3))
    }

    @Test func `a volume that isn't available or isn't there can't be attached`() async {
        let bench = EC2Bench()
        let id = await bench.create().first("volumeId")
        let early = #expect(throws: EC2Error.self) {
            try bench.ec2.attach(volume: id, instance: Self.instance)
        }
        #expect(early?.code == "IncorrectState")
        let absent = #expect(throws: EC2Error.self) {
            try bench.ec2.attach(volume: "vol-0aaaaaaaaaaaaaaaa", instance: Self.instance)
        }
        #expect(absent?.code == "InvalidVolume.NotFound")
    }

    @Test func `an instance that is known must be in the volume's zone`() async {
        let bench = EC2Bench()
        let id = await bench.available()
        bench.ec2.register(instance: Self.instance, zone: "us-east-2b")
        let refusal = #expect(throws: EC2Error.self) {
            try bench.ec2.attach(volume: id, instance: Self.instance)
        }
        #expect(refusal?.code == "InvalidVolume.ZoneMismatch")
    }

    @Test func `attaching and detaching work over the wire`() async {
        let bench = EC2Bench()
        let id = await bench.available()
        let call = ["VolumeId": id, "InstanceId": Self.instance, "Device": "/dev/sdf"]
        #expect(await bench.call("AttachVolume", call).first("status") == "attaching")
        #expect(
            await bench.call("DetachVolume", ["VolumeId": id, "Force": "true"]).first("status") == "detaching"
        )
        #expect(bench.state(id) == .available)
        #expect(await bench.call("DetachVolume", ["VolumeId": id]).code == "IncorrectState")
    }
}
