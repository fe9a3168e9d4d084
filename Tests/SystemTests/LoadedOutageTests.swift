import Testing

/// Scenario 33 under load.
@Suite struct LoadedOutageTests {
    @Test func `while DynamoDB is away nothing is lost and nobody is declared dead`() async throws {
        try await TestFleet.with(TestFleet.loaded) { fleet in
            try await fleet.startMembers()
            let ids = try await Load.on(fleet) { load in
                try await fleet.rows(moreThan: 20)
                let before = try await fleet.rowCount()
                try await fleet.fault(
                    ["--service", "dynamodb", "--error", "InternalServerError", "--status", "500"]
                )
                let clock = ContinuousClock()
                let since = clock.now
                _ = try await until("more than a lease without beats") {
                    let haveMissed = TestFleet.members.allSatisfy {
                        fleet.process($0)?.log.contains("beat not accepted") == true
                    }
                    return haveMissed && clock.now - since > .seconds(6) ? true : nil
                }
                let published = load.ids.count
                #expect(try await fleet.rowCount() < published)
                #expect(published > before + 30)
                try await fleet.clearFaults()
                try await fleet.rows(moreThan: published)
            }
            for name in TestFleet.members {
                let worker = try #require(fleet.process(name))
                #expect(worker.ended == nil)
                #expect(!worker.log.contains("declared dead"))
            }
            try await fleet.expectAdmittedOnce(ids)
        }
    }
}
