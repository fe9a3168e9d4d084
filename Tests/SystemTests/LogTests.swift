import Glibc
import Testing

/// Logs that aren't what the group's offsets say they are.
@Suite(.serialized) struct LogTests {
    @Test(
        "offsets beyond the log's end or before what was read admit every request exactly once",
        arguments: [1_000, -40]
    )
    func offsetsOfAnotherLog(_ shift: Int64) async throws {
        try await TestFleet.with(TestFleet.loaded) { fleet in
            try await fleet.startMembers()
            let first = try await Load.on(fleet, every: .milliseconds(10)) { load in
                _ = try await until("120 requests") { load.ids.count >= 120 ? true : nil }
            }
            try await fleet.rows(moreThan: first.count - 1)
            try await fleet.expectCommitted()
            for name in TestFleet.members { fleet.process(name)?.send(SIGTERM) }
            for name in TestFleet.members {
                let worker = try #require(fleet.process(name))
                #expect(try await worker.end(within: .seconds(30)) == .code(0), "\(worker.lastWords)")
            }
            try await fleet.commitForWorkers { max(0, $0 + shift) }

            let second = try await Load.on(fleet, every: .milliseconds(10)) { load in
                _ = try await until("120 requests") { load.ids.count >= 120 ? true : nil }
                try await fleet.worker("after")
            }
            try await fleet.expectAdmittedOnce(first + second, isAnnounced: false)
        }
    }

    /// Scenario 13.
    @Test(
        "a topic that is made anew under a living group admits every request exactly once",
        .needsExternalKafka,
        arguments: [40, 300]
    )
    func recreatedTopic(_ count: Int) async throws {
        try await TestFleet.with(TestFleet.loaded) { fleet in
            try await fleet.startMembers()
            let first = try await Load.on(fleet, every: .milliseconds(10)) { load in
                _ = try await until("160 requests") { load.ids.count >= 160 ? true : nil }
            }
            try await fleet.rows(moreThan: first.count - 1)
            try await fleet.expectCommitted()

            try await TopicDeletion.delete(fleet.name(of: .requests))
            _ = try await until("the topic is made anew") {
                try await fleet.succeed("berth", ["topics", "create"]).output
                    .contains("created  \(fleet.name(of: .requests))") ? true : nil
            }
            let second = try await Load.on(fleet, every: .milliseconds(10)) { load in
                _ = try await until("\(count) requests") { load.ids.count >= count ? true : nil }
            }
            for name in TestFleet.members { #expect(fleet.process(name)?.ended == nil) }
            try await fleet.expectAdmittedOnce(first + second)
        }
    }

    @Test(.needsRestartableKafka)
    func `a broker that restarts with its log kept admits every request exactly once`() async throws {
        let command = try #require(ExternalKafka.restart)
        try await TestFleet.with(TestFleet.loaded) { fleet in
            try await fleet.startMembers()
            let ids = try await Load.on(fleet) { load in
                try await fleet.rows(moreThan: 20)
                let restart = try await Child(
                    "restart",
                    ["/bin/sh", "-c", command],
                    environment: fleet.environment,
                    folder: fleet.folder
                )
                #expect(try await restart.end(within: .seconds(30)) == .code(0))
                try await fleet.rows(moreThan: load.ids.count)
            }
            for name in TestFleet.members { #expect(fleet.process(name)?.ended == nil) }
            try await fleet.expectAdmittedOnce(ids)
        }
    }

    @Test(.needsExternalKafka)
    func `berth topics create makes what is missing, once, with the partitions that the settings say`()
        async throws
    {
        try await TestFleet.with(hasTopics: false) { fleet in
            let worker = try await fleet.start("early", "berth-worker")
            // 78: nothing but a person can help.
            #expect(try await worker.end(within: .seconds(40)) == .code(78))
            #expect(worker.log.contains("berth topics create"))
            try await fleet.succeed("berth", ["topics", "create"])
            try await fleet.succeed("berth", ["topics", "create"])
            try await fleet.worker("late")
            let id = try await fleet.reserve(with: ["--no-persistent-disk"])
            try await fleet.heard(id, "active")
        }
    }
}
