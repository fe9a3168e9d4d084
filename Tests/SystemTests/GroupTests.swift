import Glibc
import Testing

/// Members of the workers' group that go and come while requests keep being published.
@Suite(.serialized) struct GroupTests {
    @Test func `a rolling restart of all four members admits every request exactly once`() async throws {
        try await TestFleet.with(TestFleet.loaded) { fleet in
            try await fleet.startMembers()
            let ids = try await Load.on(fleet) { load in
                var seen = try await fleet.rows(moreThan: 20)
                for name in TestFleet.members {
                    let old = try #require(fleet.process(name))
                    old.send(SIGTERM)
                    try await fleet.worker("\(name)-again")
                    #expect(try await old.end(within: .seconds(30)) == .code(0))
                    seen = try await fleet.rows(moreThan: seen)
                }
            }
            try await fleet.expectAdmittedOnce(ids, isAnnounced: false)
        }
    }

    @Test func `kill -9 of a member admits every request exactly once`() async throws {
        try await TestFleet.with(TestFleet.loaded) { fleet in
            try await fleet.startMembers()
            let ids = try await Load.on(fleet) { load in
                try await fleet.rows(moreThan: 20)
                let victim = try #require(fleet.process(TestFleet.members[0]))
                victim.send(SIGKILL)
                #expect(try await victim.end(within: .seconds(5)) == .signal(9))
                // What its partitions held is admitted too: all that was published until now.
                let published = load.ids.count
                try await fleet.rows(moreThan: published)
            }
            try await fleet.expectAdmittedOnce(ids, isAnnounced: false)
        }
    }
}
