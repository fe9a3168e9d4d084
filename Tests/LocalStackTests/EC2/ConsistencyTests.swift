import LocalStack
import Testing

struct ConsistencyTests {
    private static func lagging() -> EC2Bench {
        EC2Bench {
            $0.consistency.idLag = .always(.seconds(1))
            $0.consistency.tagLag = .always(.seconds(5))
        }
    }

    @Test func `a new volume isn't found by its id at first`() async {
        let bench = Self.lagging()
        let id = await bench.create().first("volumeId")
        #expect(await bench.call("DescribeVolumes", ["VolumeId.1": id]).code == "InvalidVolume.NotFound")
        #expect(await bench.call("DeleteVolume", ["VolumeId": id]).code == "InvalidVolume.NotFound")
        let tag = ["ResourceId.1": id, "Tag.1.Key": "a", "Tag.1.Value": "b"]
        #expect(await bench.call("CreateTags", tag).code == "InvalidVolume.NotFound")
        bench.clock.advance(by: .seconds(1))
        #expect(await bench.call("DescribeVolumes", ["VolumeId.1": id]).status == 200)
    }

    @Test func `a new volume isn't listed until later, with an empty list and no error`() async {
        let bench = Self.lagging()
        let id = await bench.create().first("volumeId")
        let filter = ["Filter.1.Name": "tag:fleet", "Filter.1.Value.1": "f"]
        bench.clock.advance(by: .milliseconds(4_999))
        let early = await bench.call("DescribeVolumes", filter)
        #expect(early.status == 200)
        #expect(early.all("volumeId").isEmpty)
        bench.clock.advance(by: .milliseconds(1))
        #expect(await bench.call("DescribeVolumes", filter).all("volumeId") == [id])
    }

    @Test func `a changed tag is shown at once and found later`() async {
        let bench = Self.lagging()
        let id = await bench.create().first("volumeId")
        bench.clock.advance(by: .seconds(10))
        let change = ["ResourceId.1": id, "Tag.1.Key": "fleet", "Tag.1.Value": "new"]
        #expect(await bench.call("CreateTags", change).status == 200)
        #expect(await bench.call("DescribeVolumes", ["VolumeId.1": id]).first("value") == "new")
        let old = ["Filter.1.Name": "tag:fleet", "Filter.1.Value.1": "f"]
        let new = ["Filter.1.Name": "tag:fleet", "Filter.1.Value.1": "new"]
        #expect(await bench.call("DescribeVolumes", old).all("volumeId") == [id])
        #expect(await bench.call("DescribeVolumes", new).all("volumeId").isEmpty)
        bench.clock.advance(by: .seconds(5))
        #expect(await bench.call("DescribeVolumes", old).all("volumeId").isEmpty)
        #expect(await bench.call("DescribeVolumes", new).all("volumeId") == [id])
    }

    @Test func `a read may show an older state after a newer one`() async {
        let bench = EC2Bench { $0.consistency.staleBy = .seconds(2) }
        let id = await bench.available()
        #expect(await bench.call("DescribeVolumes", ["VolumeId.1": id]).first("status") == "available")
        var settings = bench.ec2.settings
        settings.consistency.staleProbability = 1
        bench.ec2.adopt(settings)
        #expect(await bench.call("DescribeVolumes", ["VolumeId.1": id]).first("status") == "creating")
        bench.clock.advance(by: .seconds(2))
        #expect(await bench.call("DescribeVolumes", ["VolumeId.1": id]).first("status") == "available")
    }
}
