import LocalStack
import Testing

struct ClientTokenTests {
    @Test func `a repeat answers the same volume in its present state`() async {
        let bench = EC2Bench()
        let id = await bench.available(["ClientToken": "t"])
        let repeated = await bench.create(["ClientToken": "t"])
        #expect(repeated.first("volumeId") == id)
        #expect(repeated.first("status") == "available")
        #expect(bench.ec2.volumesCreated == 1)
    }

    @Test(arguments: [
        ["Size": "11"], ["AvailabilityZone": "us-east-2b"], ["VolumeType": "gp2"],
        ["TagSpecification.1.Tag.1.Value": "g"],
    ])
    func `a repeat with other parameters is refused`(_ changes: [String: String]) async {
        let bench = EC2Bench()
        _ = await bench.create(["ClientToken": "t"])
        let repeated = await bench.create(changes.merging(["ClientToken": "t"]) { $1 })
        #expect(repeated.code == "IdempotentParameterMismatch")
        #expect(!repeated.message.contains("deleted"))
    }

    @Test func `the order of tags makes no other request`() async {
        let bench = EC2Bench()
        let more = [
            "TagSpecification.1.Tag.2.Key": "a", "TagSpecification.1.Tag.2.Value": "1", "ClientToken": "t",
        ]
        let swapped = [
            "TagSpecification.1.Tag.1.Key": "a", "TagSpecification.1.Tag.1.Value": "1",
            "TagSpecification.1.Tag.2.Key": "fleet", "TagSpecification.1.Tag.2.Value": "f",
            "ClientToken": "t",
        ]
        let first = await bench.create(more)
        #expect(await bench.create(swapped).first("volumeId") == first.first("volumeId"))
    }

    @Test func `the token of a deleted volume is burnt as soon as it is deleting`() async {
        let bench = EC2Bench()
        let id = await bench.available(["ClientToken": "t"])
        #expect(await bench.call("DeleteVolume", ["VolumeId": id]).status == 200)
        for wait in [0, 10, 3_600] {
            bench.clock.advance(by: .seconds(wait))
            let repeated = await bench.create(["ClientToken": "t"])
            #expect(repeated.code == "IdempotentParameterMismatch")
            #expect(repeated.message.contains("associated with a resource that is already deleted"))
        }
    }

    @Test func `a token is forgotten after its lifetime and then makes another volume`() async {
        let bench = EC2Bench()
        let first = await bench.create(["ClientToken": "t"]).first("volumeId")
        bench.clock.advance(by: .seconds(12 * 3600 - 1))
        #expect(await bench.create(["ClientToken": "t"]).first("volumeId") == first)
        bench.clock.advance(by: .seconds(1))
        #expect(await bench.create(["ClientToken": "t"]).first("volumeId") != first)
        #expect(bench.ec2.volumes().count == 2)
    }

    @Test func `over the quota a repeat is refused although its volume exists`() async {
        let bench = EC2Bench { $0.creation.volumeQuota = 1 }
        _ = await bench.create(["ClientToken": "t"])
        #expect(await bench.create(["ClientToken": "u"]).code == "VolumeLimitExceeded")
        #expect(await bench.create(["ClientToken": "t"]).code == "VolumeLimitExceeded")
    }

    @Test func `or it isn't, by a setting`() async {
        let bench = EC2Bench {
            $0.creation.volumeQuota = 1
            $0.creation.repeatOverQuotaFails = false
        }
        let first = await bench.create(["ClientToken": "t"])
        #expect(await bench.create(["ClientToken": "t"]).first("volumeId") == first.first("volumeId"))
        #expect(await bench.create(["ClientToken": "u"]).code == "VolumeLimitExceeded")
    }

    @Test(arguments: [EC2CreationSettings.InFlight.sameVolume, .mismatch])
    func `a token in flight answers by the setting`(_ outcome: EC2CreationSettings.InFlight) async {
        let bench = EC2Bench {
            $0.callLatency = .always(.seconds(1))
            $0.creation.tokenInFlight = outcome
        }
        async let first = bench.create(["ClientToken": "t"])
        await bench.clock.sleepers(atLeast: 1)
        async let second = bench.create(["ClientToken": "t"])
        await bench.clock.sleepers(atLeast: 2)
        bench.clock.advance(by: .seconds(1))
        let (made, repeated) = await (first, second)
        #expect(made.status == 200)
        switch outcome {
        case .sameVolume: #expect(repeated.first("volumeId") == made.first("volumeId"))
        case .mismatch: #expect(repeated.code == "IdempotentParameterMismatch")
        }
    }

    @Test func `the token isn't shown and can't be filtered by`() async {
        let bench = EC2Bench()
        let id = await bench.create(["ClientToken": "secret-token"]).first("volumeId")
        #expect(await !bench.call("DescribeVolumes", ["VolumeId.1": id]).text.contains("secret-token"))
        let filter = ["Filter.1.Name": "client-token", "Filter.1.Value.1": "secret-token"]
        #expect(await bench.call("DescribeVolumes", filter).code == "InvalidParameterValue")
        #expect(bench.ec2.volume(id)?.clientToken == "secret-token")
    }
}
