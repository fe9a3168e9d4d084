import Foundation

extension Janitor {
    /// Does something while no other sweep does; whose beat stands still for a whole lease is taken over.
    func underLease<Result: Sendable>(
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        var lease = try await takeLease()
        do {
            let result = try await withThrowingTaskGroup(of: Result?.self) { group in
                group.addTask { try await work() }
                let own = lease
                group.addTask {
                    try await beat(own)
                    return nil
                }
                let first = try await group.next() ?? nil
                group.cancelAll()
                guard let first else { throw SweepRefusal.takenOver }
                return first
            }
            try await giveBack(&lease)
            return result
        } catch {
            // Whether or not this comes through, the next sweep takes over.
            try? await giveBack(&lease)
            throw error
        }
    }

    private func takeLease() async throws -> SweepLease {
        let own = "sweep-" + ports.chance.hex(bytes: 8)
        let standing = try await ports.register.sweepLease()
        if let standing, let holder = standing.holder {
            try await ports.time.sleep(for: policy.sweepLease)
            let later = try await ports.register.sweepLease()
            let isStill = later?.holder == holder && later?.beat == standing.beat
            guard isStill || later?.holder == nil else { throw SweepRefusal.another(holder: holder) }
            if isStill { ports.journal.warn("a sweep died and is taken over", ["sweep": holder]) }
            return try await write(own, over: later)
        }
        return try await write(own, over: standing)
    }

    private func write(_ own: String, over standing: SweepLease?) async throws -> SweepLease {
        var next = standing ?? SweepLease(holder: own, startedAt: ports.time.now())
        next.holder = own
        next.beat += 1
        next.startedAt = ports.time.now()
        guard try await commitUnlessRefused([.sweep(from: standing, to: next)]) else {
            throw SweepRefusal.another(holder: "just begun")
        }
        return try await ports.register.sweepLease() ?? next
    }

    /// Returns when the lease is another's.
    private func beat(_ lease: SweepLease) async throws {
        var lease = lease
        while true {
            try await ports.time.sleep(for: policy.sweepLease / 4)
            var next = lease
            next.beat += 1
            do {
                guard try await commitUnlessRefused([.sweep(from: lease, to: next)]) else { return }
                guard let written = try await ports.register.sweepLease(), written.holder == lease.holder
                else { return }
                lease = written
            } catch let error as LedgerError where error.code == .unavailable {
                ports.journal.warn("a sweep's beat wasn't written", ["reason": error.reason])
            }
        }
    }

    private func giveBack(_ lease: inout SweepLease) async throws {
        guard let standing = try await ports.register.sweepLease(), standing.holder == lease.holder else {
            return
        }
        var next = standing
        next.holder = nil
        _ = try await commitUnlessRefused([.sweep(from: standing, to: next)])
    }
}
