import AWS
import Fleet
import Foundation
import Reservations
import Testing

@Suite("Heads of the replaced system's disks") struct LegacySnapshotTests {
    private static func item(
        _ number: Int,
        tags: [String: String],
        status: String = "completed",
        start: String = "2026-01-02T03:04:05.000Z",
        volume: String = "vol-0123456789abcdef0"
    ) -> String {
        let set = tags.map { "<item><key>\($0.key)</key><value>\($0.value)</value></item>" }.joined()
        return "<item><snapshotId>snap-0000000\(number)</snapshotId><volumeId>\(volume)</volumeId>"
            + "<status>\(status)</status><startTime>\(start)</startTime><tagSet>\(set)</tagSet></item>"
    }

    private func heads(of name: DiskName, _ items: [String]) async throws -> ([Int], [String: String]) {
        let transport = ScriptedAWS { _ in
            .xml(
                "<DescribeSnapshotsResponse><snapshotSet>\(items.joined())</snapshotSet></DescribeSnapshotsResponse>"
            )
        }
        let volumes = EC2Volumes(EC2(try .test(transport)), time: LeapingTime())
        let found = try await volumes.legacySnapshots(of: DiskKey(userID: Sample.user, name: name))
        let numbers = found.compactMap { Int($0.id.rawValue.suffix(1)) }
        return (numbers, try #require(transport.sent.first).form)
    }

    private static let mine = ["gpu-dev-user": "ada@example.com", "disk_name": "data"]

    @Test func `the newest comes first, and only the account's own are asked for`() async throws {
        let (numbers, form) = try await heads(
            of: DiskName(unchecked: "data"),
            [
                Self.item(1, tags: Self.mine),
                Self.item(2, tags: Self.mine, start: "2026-03-01T00:00:00.000Z"),
                Self.item(3, tags: Self.mine, start: "2025-01-01T00:00:00.000Z"),
            ]
        )
        #expect(numbers == [2, 1, 3])
        #expect(form["Owner.1"] == "self")
        #expect(form["Filter.1.Name"] == "tag:gpu-dev-user")
        #expect(form["Filter.3.Name"] == "tag:disk_name")
        #expect(form["Filter.3.Value.1"] == "data")
    }

    @Test(arguments: [
        ["delete-date": "2026-01-01"], ["berth-fleet": "fleet-1"], ["aws:backup:source-resource": "x"],
        ["aws:dlm:lifecycle-policy-id": "x"], ["dlm:managed": "true"], ["velero.io/backup": "x"],
        ["disk_name": "other"], ["gpu-dev-user": "ada?example.com"],
    ])
    func `another's snapshot is none`(extra: [String: String]) async throws {
        let tags = Self.mine.merging(extra) { _, new in new }
        #expect(try await heads(of: DiskName(unchecked: "data"), [Self.item(1, tags: tags)]).0.isEmpty)
    }

    @Test func `a copy, which names no volume, is none`() async throws {
        let copy = Self.item(1, tags: Self.mine, volume: "vol-ffffffff")
        #expect(try await heads(of: DiskName(unchecked: "data"), [copy]).0.isEmpty)
    }

    @Test func `one that isn't completed is none`() async throws {
        let items = ["pending", "error", "recoverable", "new-word"].enumerated().map {
            Self.item($0.offset, tags: Self.mine, status: $0.element)
        }
        #expect(try await heads(of: DiskName(unchecked: "data"), items).0.isEmpty)
    }

    @Test func `the unnamed disk's snapshots bear its name or none`() async throws {
        let (numbers, form) = try await heads(
            of: .unnamed,
            [
                Self.item(1, tags: ["gpu-dev-user": "ada@example.com"]),
                Self.item(2, tags: ["gpu-dev-user": "ada@example.com", "disk_name": "default"]),
                Self.item(3, tags: Self.mine),
            ]
        )
        #expect(Set(numbers) == [1, 2])
        #expect(!form.values.contains("tag:disk_name"))
    }
}
