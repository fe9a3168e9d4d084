import Testing

/// Services that lose answers, or go away for a while.
@Suite struct OutageTests {
    @Test func `an answer of CreateVolume that is lost costs no second volume`() async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("worker")
            try await fleet.fault(
                ["--service", "ec2", "--operation", "CreateVolume", "--drop", "--after", "--times", "1"]
            )
            let id = try await fleet.reserve(disk: "work")
            let active = try await fleet.heard(id, "active")
            #expect(active.mounted == active.volume)
            #expect(active.warning == nil)
            #expect(try await fleet.counts()["volumes created"] == 1)
        }
    }

    @Test func `throttling and a full quota on the replay lose nobody's disk`() async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("doomed", ["BERTH_KILL_AT": "volume-created"])
            let id = try await fleet.reserve(disk: "work")
            let made = try await until("its volume") { try await fleet.volumes(of: id).first }
            for code in ["VolumeLimitExceeded", "RequestLimitExceeded"] {
                try await fleet.fault(
                    [
                        "--service", "ec2", "--operation", "CreateVolume", "--error", code, "--status",
                        code == "RequestLimitExceeded" ? "503" : "400",
                    ]
                )
            }
            try await fleet.worker("next")
            let active = try await fleet.heard(id, "active")
            #expect(active.volume == made.id)
            #expect(active.warning == nil)
        }
    }

    @Test func `DynamoDB away for more than a lease ends no worker, and what was begun goes on`() async throws
    {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            let workers = [try await fleet.worker("one"), try await fleet.worker("two")]
            try await fleet.fault(
                ["--service", "github", "--operation", "keys", "--delay", "3000", "--times", "1"]
            )
            let id = try await fleet.reserve(disk: "work")
            let before = try await fleet.row(id, "has its volume") { $0.volume != nil }
            try await fleet.fault(
                ["--service", "dynamodb", "--error", "InternalServerError", "--status", "500"]
            )
            let clock = ContinuousClock()
            let since = clock.now
            _ = try await until("more than a lease without beats") {
                let haveMissed = workers.allSatisfy { $0.log.contains("beat not accepted") }
                return haveMissed && clock.now - since > .seconds(6) ? true : nil
            }
            try await fleet.clearFaults()
            let active = try await fleet.heard(id, "active")
            #expect(workers.map(\.ended) == [nil, nil])
            #expect(active.volume == before.volume)
            #expect(try await fleet.counts()["volumes created"] == 1)
            for worker in workers { #expect(!worker.log.contains("declared dead")) }
        }
    }
}
