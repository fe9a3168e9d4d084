import Testing

@Suite struct KeyTests {
    @Test func `an unknown GitHub user, one without keys and a GitHub in trouble are three reasons`()
        async throws
    {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("worker")
            try await fleet.succeed("berth-dev", ["user", "keyless"])
            try await fleet.fault(
                [
                    "--service", "github", "--operation", "keys", "--error", "down", "--status", "503",
                    "--containing", "unlucky",
                ]
            )
            let logins = ["nobody-at-all", "keyless", "unlucky"]
            var reasons: [String] = []
            var ids: [String] = []
            for login in logins {
                let id = TestFleet.newID()
                ids.append(id)
                let body = """
                    {"reservation_id":"\(id)","user_id":"ada-\(login)","gpu_type":"t4","gpu_count":1,\
                    "duration_hours":1,"github_user":"\(login)","no_persistent_disk":true}
                    """
                try await fleet.publish([body], to: .requests)
            }
            for id in ids {
                let row = try await fleet.heard(id, "failed")
                reasons.append(try #require(row.failure))
            }
            for (login, reason) in zip(logins.dropLast(), reasons) {
                #expect(reason.contains(login), "\(reason) doesn't name \(login)")
            }
            #expect(reasons[2].contains("503"))
            #expect(Set(reasons).count == 3)
            #expect(reasons[0] != reasons[1].replacing("keyless", with: "nobody-at-all"))
            #expect(try await fleet.counts()["pods"] == 0)
        }
    }
}
