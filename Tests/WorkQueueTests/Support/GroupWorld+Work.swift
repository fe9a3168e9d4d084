import Kafka

@testable import WorkQueue

/// What a member does with its messages.
extension GroupWorld {
    mutating func arrive(_ member: Int) {
        let positions = members[member].positions.filter { $0.value < length($0.key) }.sorted {
            $0.key < $1.key
        }
        guard !members[member].intake.isHeld,
            let (partition, offset) = positions.randomElement(using: &chance)
        else { return }
        let next = message(partition, offset)
        let isTaken = members[member].intake.admit(next)
        require(isTaken, "\(partition):\(offset) was refused")
        members[member].taken[Name(next), default: 0] += 1
        members[member].positions[partition] = offset + 1
        members[member].heard.insert(partition)
    }

    mutating func start(_ member: Int) {
        guard let job = members[member].intake.start() else { return }
        let message = job.message
        let name = "\(message.partition):\(message.offset)"
        for (other, state) in members.enumerated() {
            let resting = state.resting.map { Work(job: $0) }
            for work in Array(state.running.values) + resting where other == member || !work.isOrphan {
                let peer = work.job.message
                let isSame = (peer.partition, peer.offset) == (message.partition, message.offset)
                require(!isSame, "\(name) was handed out while in progress")
                let isSameKey = peer.key != nil && peer.key == message.key
                // Two members order a key by its partition alone.
                let isSamePlace = other == member || peer.partition == message.partition
                require(!(isSameKey && isSamePlace), "\(name) began beside another of its key")
            }
        }
        if message.key != nil {
            requireTurn(of: message, member)
        }
        members[member].running[job.ticket] = Work(job: job)
    }

    private mutating func requireTurn(of message: KafkaMessage, _ member: Int) {
        let name = Name(message)
        for offset in 0..<message.offset
        where isPresent(message) && self.message(message.partition, offset).key == message.key {
            let isDone = done[message.partition]?.contains(offset) == true
            require(isDone, "\(name) overtook \(offset) of its key")
        }
        for other in members[member].taken.keys
        where other.partition == name.partition && other.log < name.log {
            let isSameKey = Self.key(other.partition, other.offset) == message.key
            require(!isSameKey, "\(name) overtook \(other) of an earlier log")
        }
    }

    mutating func end(_ member: Int) {
        guard let work = takeRunning(member) else { return }
        noteEnd(of: work, member)
        let finish = members[member].intake.finish(work.job.ticket)
        require(finish != nil, "the end of \(work.job.message.offset) was not heard")
    }

    /// Tried again, or given up with a letter that can't be published yet.
    mutating func rest(_ member: Int) {
        guard let work = takeRunning(member) else { return }
        let isDead = Int.random(in: 0..<4, using: &chance) == 0
        let stage = isDead ? TopicIntake.Stage.bury(reason: "dead") : work.job.stage
        if members[member].intake.rest(work.job, stage: stage) != nil {
            require(!work.isOrphan, "a message rests whose partition has gone")
            members[member].resting.append(work.job)
        }
    }

    mutating func wake(_ member: Int) {
        guard let index = members[member].resting.indices.randomElement(using: &chance) else { return }
        members[member].intake.wake(members[member].resting.remove(at: index).ticket)
    }

    mutating func noteEnd(of work: Work, _ member: Int) {
        let message = work.job.message
        if isPresent(message) { done[message.partition, default: []].insert(message.offset) }
        guard !work.isOrphan else { return }
        let name = Name(message)
        let left = (members[member].taken[name] ?? 0) - 1
        require(left >= 0, "\(name) ended more often than it was taken")
        members[member].taken[name] = left > 0 ? left : nil
    }

    private mutating func takeRunning(_ member: Int) -> Work? {
        let tickets = members[member].running.keys.sorted { $0.number < $1.number }
        guard let ticket = tickets.randomElement(using: &chance) else { return nil }
        return members[member].running.removeValue(forKey: ticket)
    }
}
