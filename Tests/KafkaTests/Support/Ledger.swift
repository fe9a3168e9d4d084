import Kafka
import Testing

/// Who owns what, what was seen, and how often somebody was asked to drain.
actor Ledger {
    private var owners: [String: Set<TopicPartition>] = [:]
    private var texts: Set<String> = []
    private(set) var drains = 0
    private(set) var assignments = 0
    private(set) var losses = 0
    private var waiters: [(isMet: (isolated Ledger) -> Bool, signal: AsyncStream<Void>.Continuation)] = []

    /// Works until the member's end: commits what was seen when it is asked to drain.
    func work(
        _ member: ConsumerGroupMember,
        _ name: String,
        draining: @Sendable () async throws -> Void = {}
    ) async throws {
        var next: [TopicPartition: Int64] = [:]
        for try await event in member.events {
            switch event {
            case .assigned(let partitions):
                assignments += 1
                let taken = owners[name, default: []].intersection(partitions)
                #expect(taken.isEmpty, "\(name) is given what it has")
                owners[name, default: []].formUnion(partitions)
            case .message(let message):
                let item = message.topicPartition
                #expect(owners[name]?.contains(item) == true)
                #expect(message.offset >= next[item] ?? 0, "\(item) steps back")
                texts.insert(message.text ?? "")
                next[item] = message.offset + 1
            case .revoking(let revocation):
                drains += 1
                try await draining()
                // The mock refuses commits during a rebalance: then the messages are seen twice.
                try? await member.commit(next, within: .seconds(1))
                owners[name]?.subtract(revocation.partitions)
                for item in revocation.partitions { next[item] = nil }
                revocation.complete()
            case .lost(let partitions):
                losses += 1
                owners[name]?.subtract(partitions)
                for item in partitions { next[item] = nil }
            }
            wake()
        }
        owners[name] = nil
    }

    func owned(by name: String, _ count: Int) async {
        await until { $0.owners[name]?.count == count }
    }

    /// Waits until the members own that many partitions together, and none of them twice.
    func settled(_ count: Int, among members: Int) async {
        await until { ledger in
            let owned = ledger.owners.values.filter { !$0.isEmpty }
            return owned.count == members && owned.reduce(0) { $0 + $1.count } == count
                && Set(owned.joined()).count == count
        }
    }

    func seen(_ count: Int) async {
        await until { $0.texts.count >= count }
    }

    /// Waits for as many more messages as that.
    func seen(more: Int) async {
        let count = texts.count + more
        await seen(count)
    }

    func lost(_ count: Int) async {
        await until { $0.losses >= count }
    }

    private func until(_ isMet: @escaping (isolated Ledger) -> Bool) async {
        guard !isMet(self) else { return }
        let (signals, signal) = AsyncStream.makeStream(of: Void.self)
        waiters.append((isMet, signal))
        for await _ in signals {}
    }

    private func wake() {
        waiters.removeAll { waiter in
            guard waiter.isMet(self) else { return false }
            waiter.signal.finish()
            return true
        }
    }
}
