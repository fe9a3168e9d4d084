import Testing

@Suite struct LagTests {
    private struct Report: Decodable {
        struct Topic: Decodable {
            struct Partition: Decodable {
                let partition: Int
                let lag: Int
            }

            let topic: String
            let lag: Int
            let partitions: [Partition]
        }

        struct Member: Decodable {
            let client: String
        }

        let group: String
        let lag: Int
        let topics: [Topic]
        let members: [Member]?
        let members_unknown: String?
    }

    @Test func `lag is what no worker has accepted`() async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.publish(["{", "[", "!"], to: .requests)
            let waiting = try await report(fleet)
            #expect(waiting.map(\.group).first?.hasSuffix("workers") == true)
            #expect(waiting.map(\.lag) == [3, 0])
            let topic = try #require(waiting.first?.topics.first { $0.topic == fleet.name(of: .requests) })
            #expect(topic.partitions.first { $0.partition == 0 }?.lag == 3)
            // The mock tells nobody who is in a group: then that is said, and not "nobody".
            #expect((waiting.first?.members == nil) == (waiting.first?.members_unknown != nil))

            try await fleet.worker("worker")
            _ = try await until("no lag is left") {
                try await report(fleet).first?.lag == 0 ? true : nil
            }
            let forPeople = try await fleet.succeed("berth", ["lag", "--partitions"])
            #expect(forPeople.output.contains("0: lag 0, committed 3 of 3"))
        }
    }

    private func report(_ fleet: TestFleet) async throws -> [Report] {
        try await fleet.succeed("berth", ["lag", "--output", "json"]).json()
    }
}
