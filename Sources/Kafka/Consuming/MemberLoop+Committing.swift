import CRdkafka

/// A commit whose answer is awaited.
struct PendingCommit {
    let deadline: ContinuousClock.Instant
    let promise: OneShot<Void>
}

extension MemberLoop {
    func commit(
        _ offsets: [TopicPartition: Int64],
        until deadline: ContinuousClock.Instant,
        _ promise: OneShot<Void>
    ) {
        lastCommit += 1
        for item in offsets.keys { positions.commit(item) }
        let list = PartitionList(offsets: offsets)
        let error = list.lend {
            // A number, not a reference: an answer that nobody waits for any more harms nothing.
            rd_kafka_commit_queue(
                client.handle,
                $0,
                client.control,
                nil,
                UnsafeMutableRawPointer(bitPattern: lastCommit)
            )
        }
        if let error = KafkaError.unlessFine(error, "commit") {
            promise.settle(.failure(error))
        } else {
            commits[lastCommit] = PendingCommit(deadline: deadline, promise: promise)
        }
    }

    func committed(_ event: OpaquePointer) {
        let id = UInt(bitPattern: rd_kafka_event_opaque(event))
        guard let pending = commits.removeValue(forKey: id) else { return }
        let entries = PartitionList.read(rd_kafka_event_topic_partition_list(event))
        var failed = KafkaError.unlessFine(rd_kafka_event_error(event), "commit")
        for entry in entries where failed == nil {
            failed = KafkaError.unlessFine(entry.error, "commit of \(entry.partition) at \(entry.offset)")
        }
        if failed?.code == .noOffset { failed = nil }
        pending.promise.settle(failed.map { .failure($0) } ?? .success(()))
    }

    func expireCommits(at now: ContinuousClock.Instant) {
        for (id, pending) in commits where now >= pending.deadline {
            commits[id] = nil
            let error = KafkaError.coded(.timedOut, "commit: no answer from the group's coordinator")
            pending.promise.settle(.failure(error.with(outcome: nil, hint: client.trouble?.reason)))
        }
    }
}
