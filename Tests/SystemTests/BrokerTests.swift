import Testing

/// Brokers that go, move or refuse while requests keep being published.
@Suite(.serialized) struct BrokerTests {
    @Test(.needsLocalKafka)
    func `a broker that is away for longer than a session admits every request exactly once`() async throws {
        try await TestFleet.with(TestFleet.loaded) { fleet in
            try await fleet.startMembers()
            let ids = try await Load.on(fleet) { load in
                try await fleet.rows(moreThan: 20)
                let clock = ContinuousClock()
                try await fleet.kafka("broker-down", "1")
                let since = clock.now
                // Longer than the stack's session of 6 s.
                _ = try await until("the session is over") { clock.now - since > .seconds(7) ? true : nil }
                let published = load.ids.count
                #expect(try await fleet.rowCount() < published)
                try await fleet.kafka("broker-up", "1")
                try await fleet.rows(moreThan: published)
            }
            for name in TestFleet.members { #expect(fleet.process(name)?.ended == nil) }
            try await fleet.expectAdmittedOnce(ids)
        }
    }

    @Test(.needsLocalKafka)
    func `a coordinator that moves twice admits every request exactly once`() async throws {
        try await TestFleet.with(TestFleet.loaded, options: ["--kafka-brokers", "3"]) { fleet in
            try await fleet.startMembers()
            let ids = try await Load.on(fleet) { load in
                try await fleet.rows(moreThan: 20)
                for broker in ["1", "2", "3"] {
                    try await fleet.kafka("coordinator", fleet.workerGroup, broker)
                    try await fleet.rows(moreThan: load.ids.count)
                }
                // And a broker goes that holds a third of the partitions.
                try await fleet.kafka("broker-down", "1")
                let published = load.ids.count
                try await fleet.kafka("coordinator", fleet.workerGroup, "2")
                try await fleet.kafka("broker-up", "1")
                try await fleet.rows(moreThan: published)
            }
            for name in TestFleet.members { #expect(fleet.process(name)?.ended == nil) }
            try await fleet.expectAdmittedOnce(ids)
        }
    }

    @Test(.needsLocalKafka)
    func `commits that are refused for a while admit every request exactly once`() async throws {
        try await TestFleet.with(TestFleet.loaded) { fleet in
            try await fleet.startMembers()
            let ids = try await Load.on(fleet) { load in
                try await fleet.rows(moreThan: 20)
                let refusals = [
                    "REBALANCE_IN_PROGRESS", "COORDINATOR_LOAD_IN_PROGRESS", "REQUEST_TIMED_OUT",
                    "COORDINATOR_NOT_AVAILABLE", "NOT_COORDINATOR", "ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID",
                ]
                try await fleet.succeed(
                    "berth-dev",
                    ["kafka", "errors", "OffsetCommit"] + refusals + refusals
                )
                _ = try await until("workers were refused their commits") {
                    let logs = TestFleet.members.compactMap { fleet.process($0)?.log }.joined()
                    return logs.split(separator: "Offsets were not committed").count > 4 ? true : nil
                }
                try await fleet.rows(moreThan: load.ids.count)
            }
            for name in TestFleet.members { #expect(fleet.process(name)?.ended == nil) }
            try await fleet.expectAdmittedOnce(ids)
        }
    }
}
