import LocalStack
import Testing

struct SnapshotTests {
    @Test func `a snapshot is pending with progress, then completed`() async {
        let bench = EC2Bench()
        let volume = await bench.available()
        let made = await bench.call("CreateSnapshot", ["VolumeId": volume, "Description": "d"])
        #expect(made.first("status") == "pending")
        let id = made.first("snapshotId")
        bench.clock.advance(by: .seconds(30))
        let half = await bench.call("DescribeSnapshots", ["SnapshotId.1": id])
        #expect(half.first("progress") == "50%")
        bench.clock.advance(by: .seconds(30))
        let whole = await bench.call("DescribeSnapshots", ["SnapshotId.1": id])
        #expect(whole.first("status") == "completed")
        #expect(whole.first("progress") == "100%")
    }

    @Test func `a restored volume holds what the disk held when the snapshot was taken`() async throws {
        let bench = EC2Bench()
        let volume = await bench.available()
        try bench.ec2.setContent("one", of: volume)
        let snapshot = await bench.call("CreateSnapshot", ["VolumeId": volume]).first("snapshotId")
        try bench.ec2.setContent("two", of: volume)
        bench.clock.advance(by: .seconds(60))
        let restored = await bench.create(["SnapshotId": snapshot, "Size": "-"])
        #expect(restored.first("size") == "10")
        #expect(bench.ec2.volume(restored.first("volumeId"))?.content == "one")
        #expect(bench.ec2.volume(volume)?.content == "two")
    }

    @Test func `a pending snapshot can't be restored`() async {
        let bench = EC2Bench()
        let volume = await bench.available()
        let snapshot = await bench.call("CreateSnapshot", ["VolumeId": volume]).first("snapshotId")
        let refused = await bench.create(["SnapshotId": snapshot])
        #expect(refused.code == "IncorrectState")
        #expect(refused.message == "Snapshot is in invalid state - pending")
    }

    @Test func `a snapshot outlives its volume`() async {
        let bench = EC2Bench()
        let volume = await bench.available()
        let snapshot = await bench.call("CreateSnapshot", ["VolumeId": volume]).first("snapshotId")
        #expect(await bench.call("DeleteVolume", ["VolumeId": volume]).status == 200)
        bench.clock.advance(by: .seconds(60))
        #expect(bench.ec2.snapshot(snapshot)?.state == .completed)
    }

    @Test func `two of a volume need their time between them`() async {
        let bench = EC2Bench()
        let volume = await bench.available()
        let first = await bench.call("CreateSnapshot", ["VolumeId": volume]).first("snapshotId")
        #expect(
            await bench.call("CreateSnapshot", ["VolumeId": volume]).code
                == "SnapshotCreationPerVolumeRateExceeded"
        )
        bench.clock.advance(by: .seconds(15))
        // There is no token: a repeat makes another one.
        #expect(await bench.call("CreateSnapshot", ["VolumeId": volume]).first("snapshotId") != first)
    }

    @Test func `five may be pending at a time`() async {
        let bench = EC2Bench { $0.snapshots.latency = .always(.seconds(3_600)) }
        let volume = await bench.available()
        for _ in 0..<5 {
            #expect(await bench.call("CreateSnapshot", ["VolumeId": volume]).status == 200)
            bench.clock.advance(by: .seconds(15))
        }
        #expect(
            await bench.call("CreateSnapshot", ["VolumeId": volume]).code == "ConcurrentSnapshotLimitExceeded"
        )
    }

    @Test func `without an owner strangers' snapshots are listed too`() async {
        let bench = EC2Bench()
        let volume = await bench.available()
        let own = await bench.call("CreateSnapshot", ["VolumeId": volume]).first("snapshotId")
        #expect(await bench.call("DescribeSnapshots").all("snapshotId").count == 4)
        #expect(await bench.call("DescribeSnapshots", ["Owner.1": "self"]).all("snapshotId") == [own])
    }

    @Test func `a deleted snapshot isn't found`() async {
        let bench = EC2Bench()
        let volume = await bench.available()
        let id = await bench.call("CreateSnapshot", ["VolumeId": volume]).first("snapshotId")
        #expect(await bench.call("DeleteSnapshot", ["SnapshotId": id]).status == 200)
        #expect(
            await bench.call("DescribeSnapshots", ["SnapshotId.1": id]).code == "InvalidSnapshot.NotFound"
        )
        #expect(await bench.call("DeleteSnapshot", ["SnapshotId": id]).code == "InvalidSnapshot.NotFound")
        #expect(await bench.create(["SnapshotId": id]).code == "InvalidSnapshot.NotFound")
    }

    @Test func `a planted snapshot has its age and its owner`() async {
        let bench = EC2Bench()
        var planted = EC2PlantedSnapshot()
        planted.tags = ["gpu-dev-user": "ada"]
        planted.content = "old"
        planted.age = .seconds(3_600)
        let id = bench.ec2.plant(planted)
        let filter = ["Filter.1.Name": "tag:gpu-dev-user", "Filter.1.Value.1": "ada", "Owner.1": "self"]
        #expect(await bench.call("DescribeSnapshots", filter).all("snapshotId") == [id])
        let restored = await bench.create(["SnapshotId": id]).first("volumeId")
        #expect(bench.ec2.volume(restored)?.content == "old")
    }
}
