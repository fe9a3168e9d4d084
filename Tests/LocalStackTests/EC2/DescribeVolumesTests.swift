import LocalStack
import Testing

struct DescribeVolumesTests {
    @Test func `one unknown id fails the call and the message names the unknown`() async {
        let bench = EC2Bench()
        let id = await bench.create().first("volumeId")
        let ids = [
            "VolumeId.1": id, "VolumeId.2": "vol-0aaaaaaaaaaaaaaaa", "VolumeId.3": "vol-0bbbbbbbbbbbbbbbb",
        ]
        let reply = await bench.call("DescribeVolumes", ids)
        #expect(reply.code == "InvalidVolume.NotFound")
        #expect(reply.message == "The volumes 'vol-0aaaaaaaaaaaaaaaa, vol-0bbbbbbbbbbbbbbbb' do not exist.")
        let one = await bench.call("DescribeVolumes", ["VolumeId.1": "vol-0aaaaaaaaaaaaaaaa"])
        #expect(one.message == "The volume 'vol-0aaaaaaaaaaaaaaaa' does not exist.")
    }

    @Test(arguments: [
        "vol-", "vol-xyz", "i-0123456789abcdef0", "vol-0123456789ABCDEF0", "vol-0123456789abcdef012",
    ])
    func `an id of another form is malformed`(_ id: String) async {
        #expect(
            await EC2Bench().call("DescribeVolumes", ["VolumeId.1": id]).code == "InvalidVolumeID.Malformed"
        )
    }

    @Test(arguments: [
        ("tag:name", "one", ["one"]),
        ("tag:name", "ONE", []),
        ("tag:name", "*", ["one", "other", "t*"]),
        ("tag:name", "o??", ["one"]),
        ("tag:name", "o*e*", ["one", "other"]),
        ("tag:name", "t\\*", ["t*"]),
        ("tag:name", "*****************a", []),
        ("tag-key", "n?me", ["one", "other", "t*"]),
        ("size", "10", ["one", "other", "t*"]),
        ("availability-zone", "us-east-2[ab]", []),
        ("status", "creating", ["one", "other", "t*"]),
        ("status", "available", []),
    ])
    func `a filter fits by wildcards and by case`(_ filter: String, _ value: String, _ names: [String]) async
    {
        let bench = EC2Bench()
        for name in ["one", "other", "t*"] {
            _ = await bench.create([
                "TagSpecification.1.Tag.1.Key": "name", "TagSpecification.1.Tag.1.Value": name,
            ])
        }
        let reply = await bench.call("DescribeVolumes", ["Filter.1.Name": filter, "Filter.1.Value.1": value])
        #expect(reply.status == 200)
        #expect(Set(reply.all("value")) == Set(names))
    }

    @Test func `filters must all fit and of their values any`() async {
        let bench = EC2Bench()
        let first = await bench.create().first("volumeId")
        _ = await bench.create(["AvailabilityZone": "us-east-2b"])
        let filters = [
            "Filter.1.Name": "tag:fleet", "Filter.1.Value.1": "x", "Filter.1.Value.2": "f",
            "Filter.2.Name": "availability-zone", "Filter.2.Value.1": "us-east-2a",
        ]
        #expect(await bench.call("DescribeVolumes", filters).all("volumeId") == [first])
    }

    @Test func `too many values, filters or characters are refused`() async {
        let bench = EC2Bench()
        var values = ["Filter.1.Name": "size"]
        for index in 1...201 { values["Filter.1.Value.\(index)"] = "1" }
        #expect(await bench.call("DescribeVolumes", values).code == "FilterLimitExceeded")
        values["Filter.1.Value.201"] = nil
        #expect(await bench.call("DescribeVolumes", values).status == 200)
        var filters: [String: String] = [:]
        for index in 1...51 {
            filters["Filter.\(index).Name"] = "size"
            filters["Filter.\(index).Value.1"] = "1"
        }
        #expect(await bench.call("DescribeVolumes", filters).code == "FilterLimitExceeded")
        let long = ["Filter.1.Name": "tag:a", "Filter.1.Value.1": String(repeating: "x", count: 256)]
        #expect(await bench.call("DescribeVolumes", long).code == "InvalidParameterValue")
    }

    @Test func `pages cover everything once whatever is created between them`() async {
        let bench = EC2Bench()
        var expected: Set<String> = []
        for _ in 0..<12 { expected.insert(await bench.create().first("volumeId")) }
        var seen: [String] = []
        var page = ["MaxResults": "5"]
        var pages = 0
        repeat {
            let reply = await bench.call("DescribeVolumes", page)
            seen += reply.all("volumeId")
            page["NextToken"] = reply.first("nextToken")
            pages += 1
            if pages == 1 { _ = await bench.create() }
        } while page["NextToken"] != ""
        #expect(pages >= 3)
        #expect(expected.isSubset(of: seen))
        #expect(seen.count == Set(seen).count)
    }

    @Test func `a page may be empty and yet not the last, by a setting`() async {
        let bench = EC2Bench { $0.listing.cutsBeforeFiltering = true }
        for _ in 0..<12 { _ = await bench.create() }
        let filter = ["Filter.1.Name": "tag:fleet", "Filter.1.Value.1": "none", "MaxResults": "5"]
        let reply = await bench.call("DescribeVolumes", filter)
        #expect(reply.all("volumeId").isEmpty)
        #expect(reply.first("nextToken") != "")
    }

    @Test(arguments: [
        (["MaxResults": "4"], "InvalidParameterValue"),
        (["MaxResults": "5", "VolumeId.1": "vol-0123456789abcdef0"], "InvalidParameterCombination"),
        (["NextToken": "nonsense"], "InvalidNextToken"),
    ])
    func `pages that can't be are refused`(_ parameters: [String: String], _ code: String) async {
        #expect(await EC2Bench().call("DescribeVolumes", parameters).code == code)
    }

    @Test func `an action that isn't known is refused`() async {
        #expect(await EC2Bench().call("RunInstances").code == "InvalidAction")
        #expect(await EC2Bench().call("").code == "InvalidAction")
    }
}
