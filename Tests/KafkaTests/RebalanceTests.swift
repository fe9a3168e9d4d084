import Testing

@testable import Kafka

private let a = TopicPartition(topic: "t", partition: 0)
private let b = TopicPartition(topic: "t", partition: 1)
private let c = TopicPartition(topic: "t", partition: 2)

@Suite struct RebalanceTests {
    private func owning(_ partitions: [TopicPartition]) -> Rebalance {
        var rebalance = Rebalance()
        _ = rebalance.assigned(partitions, incremental: true)
        return rebalance
    }

    @Test func `an eager assignment is made before it is told`() {
        var rebalance = Rebalance()
        #expect(
            rebalance.assigned([a, b], incremental: false) == [.assign([a, b]), .tellAssigned([a, b])]
        )
        #expect(rebalance.state == .steady([a, b]))
    }

    @Test func `an empty assignment is made and not told`() {
        var rebalance = Rebalance()
        #expect(rebalance.assigned([], incremental: false) == [.assign([])])
    }

    @Test func `an eager revocation drains all before anything is unassigned`() {
        var rebalance = owning([a, b])
        #expect(rebalance.revoked([a, b], incremental: false, isLost: false) == [.askToDrain([a, b])])
        #expect(rebalance.owned == [a, b])
        #expect(rebalance.drained() == [.unassignAll])
        #expect(rebalance.drained() == [])
        #expect(rebalance.owned.isEmpty)
    }

    @Test func `a cooperative revocation keeps the rest`() {
        var rebalance = owning([a, b, c])
        #expect(rebalance.revoked([b], incremental: true, isLost: false) == [.askToDrain([b])])
        #expect(rebalance.state == .revoking(going: [b], staying: [a, c], incremental: true))
        #expect(rebalance.drained() == [.unassign([b])])
        #expect(rebalance.state == .steady([a, c]))
    }

    @Test func `an empty cooperative revocation is answered all the same`() {
        var rebalance = owning([a])
        #expect(rebalance.revoked([], incremental: true, isLost: false) == [.unassign([])])
        #expect(rebalance.owned == [a])
    }

    @Test func `a lost assignment is told and not drained`() {
        var rebalance = owning([a, b])
        #expect(
            rebalance.revoked([a, b], incremental: false, isLost: true) == [.tellLost([a, b]), .unassignAll]
        )
        #expect(rebalance.owned.isEmpty)
    }

    @Test func `an assignment during a drain ends the drain first`() {
        var rebalance = owning([a, b])
        _ = rebalance.revoked([a], incremental: true, isLost: false)
        let actions = rebalance.assigned([c], incremental: true)
        #expect(actions == [.unassign([a]), .assignMore([c]), .tellAssigned([c])])
        #expect(rebalance.owned == [b, c])
    }

    @Test func `what an eager assignment replaces is told as lost`() {
        var rebalance = owning([a])
        let actions = rebalance.assigned([b], incremental: false)
        #expect(actions == [.tellLost([a]), .assign([b]), .tellAssigned([b])])
    }

    @Test func `a failed rebalance gives all up`() {
        var rebalance = owning([a])
        #expect(rebalance.failed() == [.tellLost([a]), .unassignAll])
        #expect(rebalance.failed() == [.unassignAll])
    }
}
