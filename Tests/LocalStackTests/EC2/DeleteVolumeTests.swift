import LocalStack
import Testing

struct DeleteVolumeTests {
    @Test func `a deleted volume is deleting for a while, then gone`() async {
        let bench = EC2Bench()
        let id = await bench.available()
        #expect(await bench.call("DeleteVolume", ["VolumeId": id]).first("return") == "true")
        #expect(await bench.call("DescribeVolumes", ["VolumeId.1": id]).first("status") == "deleting")
        bench.clock.advance(by: .seconds(10))
        #expect(await bench.call("DescribeVolumes", ["VolumeId.1": id]).code == "InvalidVolume.NotFound")
        #expect(await bench.call("DeleteVolume", ["VolumeId": id]).code == "InvalidVolume.NotFound")
        #expect(bench.ec2.volumes(includingGone: true).first?.deletedAt != nil)
    }

    @Test func `an attached volume is in use`() async throws {
        let bench = EC2Bench()
        let id = await bench.available()
        try bench.ec2.attach(volume: id, instance: "i-0123456789abcdef0")
        #expect(await bench.call("DeleteVolume", ["VolumeId": id]).code == "VolumeInUse")
        #expect(bench.state(id) == .inUse)
    }

    @Test(arguments: [
        (EC2Settings.DeleteOutcome.incorrectState, "IncorrectState"), (.notFound, "InvalidVolume.NotFound"),
        (.accepted, ""),
    ])
    func `while creating the answer is a setting`(_ outcome: EC2Settings.DeleteOutcome, _ code: String) async
    {
        let bench = EC2Bench { $0.deleteInCreating = outcome }
        let id = await bench.create().first("volumeId")
        #expect(await bench.call("DeleteVolume", ["VolumeId": id]).code == code)
        #expect(bench.state(id) == (outcome == .accepted ? .deleting : .creating))
    }

    @Test(arguments: [(EC2Settings.DeleteOutcome.incorrectState, "IncorrectState"), (.accepted, "")])
    func `in error the answer is a setting`(_ outcome: EC2Settings.DeleteOutcome, _ code: String) async {
        let bench = EC2Bench { $0.deleteInError = outcome }
        bench.ec2.nextVolume(becomes: .error)
        let id = await bench.available()
        #expect(await bench.call("DeleteVolume", ["VolumeId": id]).code == code)
    }

    @Test func `while deleting the answer is a setting and the end doesn't move`() async {
        let bench = EC2Bench { $0.deleteInDeleting = .accepted }
        let id = await bench.available()
        _ = await bench.call("DeleteVolume", ["VolumeId": id])
        bench.clock.advance(by: .seconds(9))
        #expect(await bench.call("DeleteVolume", ["VolumeId": id]).status == 200)
        bench.clock.advance(by: .seconds(1))
        #expect(bench.ec2.volume(id)?.isGone == true)
    }

    @Test func `only so many deleted volumes are remembered`() async {
        let bench = EC2Bench { $0.remembersDeleted = 2 }
        for _ in 0..<4 {
            let id = await bench.available()
            _ = await bench.call("DeleteVolume", ["VolumeId": id])
        }
        #expect(bench.ec2.volumes(includingGone: true).count == 2)
        #expect(bench.ec2.volumesCreated == 4)
    }
}
