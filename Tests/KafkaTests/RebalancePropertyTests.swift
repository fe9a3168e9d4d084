import Testing

@testable import Kafka

/// Random schedules of what a group can do to a member, against a naive model.
@Suite struct RebalancePropertyTests {
    /// What the library and the owner would believe, from the actions alone.
    private struct Model {
        /// What the library fetches.
        var fetched: Set<TopicPartition> = []
        /// What the owner thinks it has.
        var held: Set<TopicPartition> = []
        var draining: Set<TopicPartition> = []
        /// Answers that the group still waits for.
        var owedAssigns = 0
        var owedUnassigns = 0
        var complaints: [String] = []

        mutating func expect(_ isTrue: Bool, _ words: String) {
            if !isTrue { complaints.append(words) }
        }

        mutating func perform(_ action: Rebalance.Action) {
            switch action {
            case .assign(let partitions):
                owedAssigns -= 1
                fetched = Set(partitions)
            case .assignMore(let partitions):
                owedAssigns -= 1
                expect(fetched.isDisjoint(with: partitions), "assigned twice")
                fetched.formUnion(partitions)
            case .unassignAll:
                owedUnassigns -= 1
                held.subtract(draining)
                draining = []
                fetched = []
            case .unassign(let partitions):
                owedUnassigns -= 1
                expect(fetched.isSuperset(of: partitions), "the library refuses what it doesn't have")
                held.subtract(draining)
                draining = []
                fetched.subtract(partitions)
            case .tellAssigned(let partitions):
                expect(held.isDisjoint(with: partitions), "told twice")
                expect(fetched.isSuperset(of: partitions), "told before it is assigned")
                held.formUnion(partitions)
            case .askToDrain(let partitions):
                expect(!partitions.isEmpty && held.isSuperset(of: partitions), "drains what it hasn't")
                expect(draining.isEmpty, "two drains at once")
                draining = Set(partitions)
            case .tellLost(let partitions):
                expect(held.isSuperset(of: partitions), "loses what it hasn't")
                expect(draining.isDisjoint(with: partitions), "both revoked and lost")
                held.subtract(partitions)
            }
        }
    }

    private static let all = (0..<6).map { TopicPartition(topic: "t", partition: $0) }

    @Test(arguments: [true, false])
    func `each turn is answered once and the owner knows what it has`(incremental: Bool) {
        for seed: UInt64 in 0..<3000 {
            var chance = Chance(state: seed)
            var rebalance = Rebalance()
            var model = Model()
            for _ in 0..<30 {
                step(&rebalance, &model, incremental: incremental, &chance)
                model.expect(model.owedAssigns == 0, "an assignment is answered at once, and once")
                let isDraining = !model.draining.isEmpty
                model.expect(model.owedUnassigns == (isDraining ? 1 : 0), "a revocation is answered once")
                model.expect(rebalance.owned == model.held, "owner and machine differ")
                model.expect(rebalance.owned == model.fetched, "library and machine differ")
                guard model.complaints.isEmpty else {
                    Issue.record("seed \(seed): \(model.complaints) in \(rebalance.state)")
                    return
                }
            }
        }
    }

    private func step(
        _ rebalance: inout Rebalance,
        _ model: inout Model,
        incremental: Bool,
        _ chance: inout Chance
    ) {
        let actions: [Rebalance.Action]
        switch Int.random(in: 0..<6, using: &chance) {
        case 0, 1:
            model.owedAssigns += 1
            // What is being drained may come back at once.
            let free = Self.all.filter { !model.held.subtracting(model.draining).contains($0) }
            let given = (incremental ? free : Self.all).filter { _ in Bool.random(using: &chance) }
            actions = rebalance.assigned(given, incremental: incremental)
        case 2, 3:
            model.owedUnassigns += 1
            let isLost = Int.random(in: 0..<4, using: &chance) == 0
            let some = model.fetched.sorted().filter { _ in Bool.random(using: &chance) }
            let taken = incremental && !isLost ? some : model.fetched.sorted()
            let going = taken.filter { model.held.subtracting(model.draining).contains($0) }
            actions = rebalance.revoked(taken, incremental: incremental, isLost: isLost)
            // What is lost may be another's already: it must not be worked on, nor committed.
            let asked = actions.filter { if case .askToDrain = $0 { true } else { false } }
            let isDrained = !isLost && !going.isEmpty
            model.expect(asked == (isDrained ? [.askToDrain(going)] : []), "asked to drain: \(asked)")
        case 4:
            actions = rebalance.drained()
        default:
            // Answered by one unassignment of all, whatever is still owed.
            model.owedUnassigns += 1
            actions = rebalance.failed()
        }
        for action in actions { model.perform(action) }
    }
}
