import Fleet
import Foundation
import Reservations
import Testing

@Suite("Users and the fleet's cluster, in the tables") struct PeopleRowTests {
    @Test func `a binding is written with the admission or not at all`() async throws {
        let bench = try await LedgerBench()
        let login = GitHubLogin(unchecked: "ada")
        let binding = UserBinding(userID: Sample.user, login: login, boundAt: Sample.start)
        let admission = Decision(admitting: Sample.row(1)).and(.user(from: nil, to: binding))
        try await bench.ledger.commit(admission)
        let standing = try #require(try await bench.ledger.user(Sample.user))
        #expect(standing.login == login)
        #expect(standing.version == 1)

        let second = Decision(admitting: Sample.row(2)).and(.user(from: nil, to: binding))
        await #expect(throws: LedgerError.self) { try await bench.ledger.commit(second) }
        #expect(try await bench.ledger.reservation(Sample.id(2)) == nil)

        let rebound = standing.rebound(
            to: GitHubLogin(unchecked: "eve"),
            by: "op",
            because: "asked",
            at: Sample.start
        )
        try await bench.ledger.commit(Decision([.user(from: standing, to: rebound)]))
        #expect(try await bench.ledger.users().map(\.login?.rawValue) == ["eve"])
        await #expect(throws: LedgerError.self) {
            try await bench.ledger.commit(Decision([.user(from: standing, to: rebound)]))
        }
    }

    @Test func `the first cluster stands until it is forgotten`() async throws {
        let bench = try await LedgerBench()
        #expect(try await bench.ledger.cluster() == nil)
        #expect(try await bench.ledger.cluster(orClaim: "one") == "one")
        #expect(try await bench.ledger.cluster(orClaim: "two") == "one")
        await #expect(throws: LedgerError.self) {
            try await bench.ledger.forgetCluster("two", by: "op", because: "moved", at: Sample.start)
        }
        try await bench.ledger.forgetCluster("one", by: "op", because: "moved", at: Sample.start)
        #expect(try await bench.ledger.cluster(orClaim: "two") == "two")
        // The fleet itself is the same.
        #expect(try await bench.ledger.fleetID() != nil)
    }

    @Test func `warnings and first generations come back as they were written`() async throws {
        let bench = try await LedgerBench()
        var row = Sample.row(1, .active)
        row.warningsSent = ["30min_warning_sent": true]
        row.firstGeneration = 3
        row.unpublished = [.warning(minutes: 15), .podNotice, .status]
        try await bench.ledger.commit(Decision(admitting: row))
        let read = try #require(try await bench.ledger.reservation(row.id))
        #expect(read.warningsSent == row.warningsSent)
        #expect(read.firstGeneration == 3)
        #expect(read.unpublished == row.unpublished)
    }
}
