import Testing

@Suite struct DiskTests {
    @Test func `no persistent disk means that no volume is made`() async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("worker")
            let id = try await fleet.reserve(with: ["--no-persistent-disk"])
            let row = try await fleet.heard(id, "active")
            #expect(row.usesEmptyDir)
            #expect(row.volume == nil)
            #expect(row.warning == nil)
            #expect(try await fleet.counts()["volumes created"] == 0)
        }
    }

    @Test(
        "a disk that can't be made is a warning, and the server starts without it",
        arguments: ["InvalidParameterValue", "UnknownVolumeType"]
    )
    func diskThatCannotBeMade(_ code: String) async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("worker")
            try await fleet.fault(["--service", "ec2", "--operation", "CreateVolume", "--error", code])
            let id = try await fleet.reserve(disk: "work")
            let row = try await fleet.heard(id, "active")
            #expect(row.usesEmptyDir)
            #expect(row.volume == nil)
            let warning = try #require(row.warning)
            #expect(warning.contains("No persistent disk"))
            #expect(warning.contains(code))
            let event = try await fleet.event(of: id, saying: "active")
            #expect(event["warning"] == .string(warning))
            #expect(try await fleet.counts()["volumes created"] == 0)

            // Its lock went with it: once disks can be made again, the same one is to be had.
            try await fleet.clearFaults()
            let next = try await fleet.heard(try await fleet.reserve(disk: "work"), "active")
            #expect(next.mounted != nil)
        }
    }

    @Test func `a disk is refused while it is in use, and restored once its last work is saved`() async throws
    {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("worker")
            try await fleet.janitor()
            let first = try await fleet.reserve(disk: "work")
            let active = try await fleet.heard(first, "active")
            let volume = try #require(active.volume)
            try await fleet.write("ada's work", to: volume)

            let second = try await fleet.reserve(disk: "work")
            let refused = try await fleet.heard(second, "failed")
            #expect(refused.failure == "disk 'work' is in use by reservation \(first)")
            #expect(refused.volume == nil)
            // Another user's disk of that name is another disk.
            let other = try await fleet.heard(try await fleet.reserve(user: "grace", disk: "work"), "active")
            #expect(other.mounted != nil)

            try await fleet.cancel(first)
            try await fleet.heard(first, "cancelled")
            // Asked for at once: it waits until the work is saved, and is neither refused nor given an old copy.
            let third = try await fleet.reserve(disk: "work")
            let restored = try await fleet.heard(third, "active")
            let saved = try #require(
                try await fleet.snapshots().first { $0.volumeID == volume && $0.state == "completed" }
            )
            #expect(saved.tags["SnapshotType"] == "shutdown")
            #expect(restored.diskIntent?["snapshot"] == .string(saved.id))
            #expect(restored.volume != volume)
            let copy = try await fleet.volumes(of: third).first { $0.id == restored.volume }
            // Each pod that mounts a volume adds its own mark.
            #expect(copy?.content?.hasPrefix("ada's work") == true)
            try await fleet.noVolume(of: first)
        }
    }
}
