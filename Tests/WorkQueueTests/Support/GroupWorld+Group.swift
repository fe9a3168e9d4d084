import Kafka

@testable import WorkQueue

/// What the group and its broker do.
extension GroupWorld {
    mutating func sendCommit(_ member: Int) {
        for (partition, safe) in members[member].intake.uncommitted().sorted(by: { $0.key < $1.key }) {
            let generation = generations[partition] ?? 0
            members[member].commits.append(
                SentCommit(partition: partition, safe: safe, generation: generation)
            )
        }
    }

    /// Lets the oldest commit arrive, or its answer come back, in the order in which they were sent.
    mutating func moveCommit(_ member: Int, isRefused: Bool) {
        if let index = members[member].commits.firstIndex(where: { !$0.isApplied }) {
            let sent = members[member].commits[index]
            let isOwner = owners[sent.partition] == member && generations[sent.partition] == sent.generation
            guard isOwner, !isRefused else {
                members[member].commits.remove(at: index)
                return
            }
            apply(sent)
            members[member].commits[index].isApplied = true
        } else if !members[member].commits.isEmpty {
            // By now the partition may have gone, and come again.
            let answered = members[member].commits.removeFirst()
            members[member].intake.commit(answered.partition, answered.safe)
        }
    }

    private mutating func apply(_ sent: SentCommit) {
        for below in 0..<sent.safe.offset {
            let isDone = done[sent.partition]?.contains(below) == true
            require(isDone, "\(sent.partition):\(sent.safe.offset) was committed above \(below)")
        }
        committed[sent.partition] = sent.safe.offset
    }

    mutating func give(to member: Int) {
        let free = Self.partitions.filter { owners[$0] == nil }
        if let partition = free.randomElement(using: &chance) { give(partition, to: member) }
    }

    mutating func give(_ partition: Int32, to member: Int) {
        owners[partition] = member
        generations[partition, default: 0] += 1
        members[member].intake.assign(partition)
        members[member].positions[partition] = committed[partition] ?? 0
    }

    /// Drained, with or without enough time for what runs; the commit may be refused.
    mutating func revoke(from member: Int) {
        guard let partition = ownedPartition(of: member) else { return }
        members[member].intake.drain { $0 == partition }
        members[member].resting.removeAll { $0.message.partition == partition }
        if Bool.random(using: &chance) {
            let tickets = members[member].running.filter { $0.value.job.message.partition == partition }.keys
            for ticket in tickets.sorted(by: { $0.number < $1.number }) {
                guard let work = members[member].running.removeValue(forKey: ticket) else { continue }
                if Bool.random(using: &chance) {
                    noteEnd(of: work, member)
                    members[member].intake.finish(ticket)
                } else {
                    let rest = members[member].intake.rest(work.job, stage: .handle)
                    require(rest == nil, "a message rests whose partition goes")
                }
            }
            require(!members[member].intake.isRunning { $0 == partition }, "drained, and still running")
        }
        sendCommit(member)
        while members[member].commits.contains(where: { !$0.isApplied }) {
            moveCommit(member, isRefused: Int.random(in: 0..<4, using: &chance) == 0)
        }
        takeAway(partition, from: member)
    }

    /// Gone without a word: another may have it already.
    mutating func lose(from member: Int) {
        guard let partition = ownedPartition(of: member) else { return }
        takeAway(partition, from: member)
        if Bool.random(using: &chance) { give(partition, to: Int.random(in: 0..<2, using: &chance)) }
    }

    /// The library reads a partition again from somewhere before its position, without a word.
    mutating func stepBack(_ member: Int) {
        guard !members[member].intake.isHeld, let partition = ownedPartition(of: member),
            let position = members[member].positions[partition], position > 0
        else { return }
        rewind(partition, to: Int64.random(in: 0..<position, using: &chance), member)
    }

    /// The topic is made anew under its owner, which reads on at the start of the new log.
    mutating func makeAnew(_ member: Int) {
        guard !members[member].intake.isHeld, let partition = ownedPartition(of: member),
            let position = members[member].positions[partition], position > 0
        else { return }
        logs[partition, default: 0] += 1
        lengths[partition] = Int64.random(in: 1...Self.length, using: &chance)
        done[partition] = []
        committed[partition] = nil
        // While the topic is away, nobody can commit. The answers of before are still on their way.
        for other in members.indices {
            members[other].commits.removeAll { $0.partition == partition && !$0.isApplied }
        }
        rewind(partition, to: 0, member)
    }

    private mutating func rewind(_ partition: Int32, to offset: Int64, _ member: Int) {
        let again = message(partition, offset)
        let isTaken = members[member].intake.admit(again)
        require(isTaken, "\(partition):\(offset) was dropped after a step back")
        members[member].taken[Name(again), default: 0] += 1
        members[member].positions[partition] = offset + 1
        // The first message of an assignment has nothing to step back from.
        guard !members[member].heard.insert(partition).inserted else { return }
        let safe = members[member].intake.uncommitted()[partition]
        require(
            safe.map { $0.offset <= offset } == true,
            "a step back to \(offset) isn't told: \(safe as Any)"
        )
    }

    /// The member's process dies, and another takes its place.
    mutating func crash(_ member: Int) {
        for partition in Self.partitions where owners[partition] == member { owners[partition] = nil }
        members[member] = Self.freshMember()
    }

    private func owned(by member: Int) -> [Int32] {
        Self.partitions.filter { owners[$0] == member }
    }

    private mutating func ownedPartition(of member: Int) -> Int32? {
        owned(by: member).randomElement(using: &chance)
    }

    private mutating func takeAway(_ partition: Int32, from member: Int) {
        members[member].intake.release(partition)
        members[member].positions[partition] = nil
        members[member].heard.remove(partition)
        members[member].taken = members[member].taken.filter { $0.key.partition != partition }
        members[member].resting.removeAll { $0.message.partition == partition }
        for ticket in members[member].running.keys {
            guard members[member].running[ticket]?.job.message.partition == partition else { continue }
            members[member].running[ticket]?.isOrphan = true
        }
        owners[partition] = nil
    }
}
