import AWS
import Foundation
import LocalStack
import Testing

@Suite("EC2: snapshots", .timeLimit(.minutes(1))) struct SnapshotContract {
    private func restored(from snapshot: EC2.SnapshotID) -> EC2.CreateVolume {
        .init(clientToken: UUID().uuidString, availabilityZone: "us-east-2b", snapshotID: snapshot)
    }

    private func source(_ local: LocalAWS, content: String? = nil) -> EC2.VolumeID {
        EC2.VolumeID(local.ec2.plant(volumeIn: "us-east-2a", sizeGiB: 7, content: content))
    }

    private func completed(_ bench: AWSBench, _ id: EC2.SnapshotID) async throws -> EC2.Snapshot? {
        try await bench.eventually {
            try await bench.ec2.describeSnapshots(filters: [.init(name: "snapshot-id", values: [id.rawValue])]
            )
            .first
        } until: {
            $0?.state == .completed
        }
    }

    @Test func `a snapshot completes and is restored with its content`() async throws {
        try await withLocalAWS { bench, local in
            let volume = source(local, content: "work")
            let tags = ["save": "a*b", "odd": "<&>"]
            let made = try await bench.ec2.createSnapshot(of: volume, description: "ä & b", tags: tags)
            #expect(made.state == .pending)
            #expect(made.volumeID == volume)
            let early = try await failure(AWS.EC2Error.self) {
                try await bench.ec2.createVolume(restored(from: made.id))
            }
            #expect([.incorrectState, .snapshotNotFound].contains(early.code))
            let seen = try #require(try await completed(bench, made.id))
            #expect(seen.state == .completed)
            #expect(seen.tags == tags)
            #expect(seen.description == "ä & b")
            #expect(seen.volumeSizeGiB == 7)
            #expect(seen.volumeID == volume)
            #expect(seen.ownerID == local.ec2.settings.accountID)
            #expect(seen.startTime == local.ec2.snapshot(made.id.rawValue)?.startedAt)
            let copy = try await bench.available(try await bench.ec2.createVolume(restored(from: made.id)).id)
            #expect(copy.snapshotID == made.id)
            #expect(copy.sizeGiB == 7)
            #expect(local.ec2.volume(copy.id.rawValue)?.content == "work")
        }
    }

    @Test func `only the account's own snapshots are listed, page by page`() async throws {
        try await withLocalAWS { bench, local in
            var settings = local.ec2.settings
            settings.listing.maxPageSize = 5
            settings.snapshots.strangers = 20
            settings.snapshots.interval = .zero
            settings.throttling.isOn = false
            local.ec2.adopt(settings)
            var made: Set<EC2.SnapshotID> = []
            for _ in 0..<11 {
                made.insert(try await bench.ec2.createSnapshot(of: source(local), tags: ["mark": "m"]).id)
            }
            local.clock.advance(by: .seconds(60))
            let all = try await bench.ec2.describeSnapshots(filters: [])
            #expect(all.count == 11 && Set(all.map(\.id)) == made)
            let tagged = try await bench.ec2.describeSnapshots(filters: [.tag("mark", "m")])
            #expect(Set(tagged.map(\.id)) == made)
            let named = try await bench.ec2.describeSnapshots(ids: made.sorted())
            #expect(Set(named.map(\.id)) == made)
        }
    }

    @Test func `a snapshot that is gone, or never was, is not found by name`() async throws {
        try await withLocalAWS { bench, local in
            let made = try await bench.ec2.createSnapshot(of: source(local), tags: [:])
            _ = try await completed(bench, made.id)
            try await bench.ec2.deleteSnapshot(made.id)
            let calls: [() async throws -> Void] = [
                { try await bench.ec2.deleteSnapshot(made.id) },
                { _ = try await bench.ec2.describeSnapshots(ids: [made.id]) },
                { _ = try await bench.ec2.createVolume(restored(from: made.id)) },
            ]
            for call in calls {
                let error = try await failure(AWS.EC2Error.self, of: call)
                #expect(error.code == .snapshotNotFound)
                #expect(error.unknownIDs == [made.id.rawValue])
            }
            let unknown = try await failure(AWS.EC2Error.self) {
                try await bench.ec2.createSnapshot(of: EC2.VolumeID("vol-0123456789abcdef0"), tags: [:])
            }
            #expect(unknown.code == .volumeNotFound)
        }
    }

    @Test func `snapshots of one volume too soon after one another may pass later`() async throws {
        try await withLocalAWS { bench, local in
            let volume = source(local)
            _ = try await bench.ec2.createSnapshot(of: volume, tags: [:])
            let error = try await failure(AWS.EC2Error.self) {
                try await bench.ec2.createSnapshot(of: volume, tags: [:])
            }
            #expect(error.code == .snapshotCreationPerVolumeRateExceeded)
            #expect(error.retriable && !error.mayHaveTakenEffect)
            #expect(local.ec2.snapshots().count == 1)
        }
    }
}
