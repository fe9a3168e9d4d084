import Foundation
import Testing

@Suite struct ImportTests {
    @Test func `the replaced system's disks are taken over once, and what isn't theirs is told apart`()
        async throws
    {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            let mine = ["gpu-dev-user": TestFleet.user, "disk_name": "data"]
            let old = try await fleet.oldSnapshot(tags: mine, content: "old work")
            let newest = try await fleet.oldSnapshot(tags: mine, content: "newest work")
            let backup = try await fleet.oldSnapshot(
                tags: mine.merging(["velero.io/backup": "nightly"]) { $1 },
                content: "a tool's copy"
            )
            _ = old

            let dry = try await fleet.succeed("berth", ["import"])
            #expect(dry.output.contains("1 disks would be taken over"))
            #expect(dry.output.contains("apart   \(backup)"))
            let before = try await fleet.succeed("berth", ["disk", "list", "--user", TestFleet.user])
            #expect(!before.output.contains(newest))

            try await fleet.succeed("berth", ["import", "--apply"])
            let again = try await fleet.succeed("berth", ["import", "--apply"])
            #expect(again.output.contains("0 disks taken over"))
            #expect(again.output.contains("known"))

            try await fleet.worker("worker")
            let id = try await fleet.reserve(disk: "data")
            let row = try await fleet.heard(id, "active")
            #expect(row.diskIntent?["snapshot"] == .string(newest))
            let volume = try await fleet.volumes(of: id).first
            // What the server wrote stands behind what was there.
            #expect(volume?.content?.hasPrefix("newest work") == true)
        }
    }
}

extension TestFleet {
    /// A snapshot as the replaced system left it, without its volume.
    func oldSnapshot(tags: [String: String], content: String) async throws -> String {
        let volume = try await foreignVolume(tags: ["gpu-dev-user": TestFleet.user])
        _ = try await until("volume \(volume) is available") {
            try await volumes().first { $0.id == volume && $0.state == "available" }
        }
        try await write(content, to: volume)
        let answer = try await ec2("CreateSnapshot", ["VolumeId": volume], tags: tags, of: "snapshot")
        guard let id = answer.firstMatch(of: /<snapshotId>(snap-[0-9a-f]+)</)?.1 else {
            throw Failure(description: "no snapshot was made: \(answer)")
        }
        _ = try await until("snapshot \(id) is complete") {
            try await snapshots().first { $0.id == id && $0.state == "completed" }
        }
        return String(id)
    }

    private func ec2(
        _ action: String,
        _ parameters: [String: String],
        tags: [String: String],
        of kind: String
    ) async throws -> String {
        var fields = ["Action=\(action)", "Version=2016-11-15", "TagSpecification.1.ResourceType=\(kind)"]
        fields += parameters.map { "\($0.key)=\($0.value)" }
        for (index, tag) in tags.sorted(by: { $0.key < $1.key }).enumerated() {
            fields.append("TagSpecification.1.Tag.\(index + 1).Key=\(tag.key)")
            fields.append("TagSpecification.1.Tag.\(index + 1).Value=\(tag.value)")
        }
        return try await post(
            "\(environment["AWS_ENDPOINT_URL"] ?? "")/",
            Data(fields.joined(separator: "&").utf8),
            [
                "Content-Type": "application/x-www-form-urlencoded",
                "Authorization":
                    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-2/ec2/aws4_request, Signature=0",
            ]
        )
    }
}
