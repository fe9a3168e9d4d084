import CRdkafka
import Logging

extension MemberLoop {
    /// Whether the partition's messages may be handed on.
    func accepts(_ partition: TopicPartition) -> Bool {
        switch rebalance.state {
        case .steady(let owned): owned.contains(partition)
        case .revoking(_, let staying, _): staying.contains(partition)
        }
    }

    /// The group's turn: the library waits until its actions are done.
    func turn(_ event: OpaquePointer) {
        let partitions = PartitionList.read(rd_kafka_event_topic_partition_list(event)).map(\.partition)
        let incremental =
            rd_kafka_rebalance_protocol(client.handle).map { String(cString: $0) == "COOPERATIVE" } ?? false
        switch rd_kafka_event_error(event) {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS:
            perform(rebalance.assigned(partitions, incremental: incremental))
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
            let isLost = rd_kafka_assignment_lost(client.handle) != 0
            perform(rebalance.revoked(partitions, incremental: incremental, isLost: isLost))
        case let error:
            client.logger.info(
                "Kafka rebalance failed",
                metadata: ["error": "\(KafkaError.Code(error).name)"]
            )
            perform(rebalance.failed())
        }
    }

    /// Ends the drain of that number, if it is still the one that goes on.
    func endDrain(_ number: Int) {
        guard number == drain else { return }
        drainDeadline = nil
        perform(rebalance.drained())
    }

    private func perform(_ actions: [Rebalance.Action]) {
        for action in actions { perform(action) }
    }

    private func perform(_ action: Rebalance.Action) {
        switch action {
        case .assign(let partitions):
            lead(partitions)
            endSeeks(Array(seeks.keys))
            positions.endAll()
            askCommitted(partitions)
            noteAssignment()
            check(PartitionList(partitions).lend { rd_kafka_assign(client.handle, $0) }, "assign")
        case .assignMore(let partitions):
            lead(partitions)
            askCommitted(partitions)
            noteAssignment()
            let error = PartitionList(partitions).lend { rd_kafka_incremental_assign(client.handle, $0) }
            check(KafkaError.consuming(error, "assign"))
        case .unassignAll:
            positions.endAll()
            check(rd_kafka_assign(client.handle, nil), "unassign")
        case .unassign(let partitions):
            positions.end(partitions)
            let error = PartitionList(partitions).lend { rd_kafka_incremental_unassign(client.handle, $0) }
            check(KafkaError.consuming(error, "unassign"))
        case .tellAssigned(let partitions):
            mailbox.put(.assigned(partitions))
        case .tellLost(let partitions):
            drainDeadline = nil
            endSeeks(partitions)
            mailbox.drop(partitions)
            mailbox.put(.lost(partitions))
        case .askToDrain(let partitions):
            ask(partitions)
        }
    }

    private func ask(_ partitions: [TopicPartition]) {
        endSeeks(partitions)
        mailbox.drop(partitions)
        drain += 1
        let limit = drainLimit
        guard hasListener, limit > .zero else {
            mailbox.put(.lost(partitions))
            endDrain(drain)
            return
        }
        drainDeadline = now + limit
        mailbox.put(.revoking(revocation(partitions, limit: limit)))
    }

    /// Leads the partitions' messages to the queue of their topic, before anything can arrive.
    private func lead(_ partitions: [TopicPartition]) {
        for item in partitions {
            guard let source = rd_kafka_queue_get_partition(client.handle, item.topic, item.partition) else {
                continue
            }
            if let queue = queue(item.topic) { rd_kafka_queue_forward(source, queue) }
            rd_kafka_queue_destroy(source)
        }
    }

    private func check(_ error: rd_kafka_resp_err_t, _ doing: String) {
        check(KafkaError.unlessFine(error, doing))
    }

    /// A refused assignment leaves the member without partitions: it had better end than look healthy.
    private func check(_ error: KafkaError?) {
        guard let error else { return }
        client.logger.info("Kafka assignment refused", metadata: ["error": "\(error)"])
        // The group waits for an answer that is accepted.
        rd_kafka_assign(client.handle, nil)
        fail(error)
    }

    /// What the owner is handed to say that it has drained; it may say so from anywhere.
    private func revocation(_ partitions: [TopicPartition], limit: Duration) -> Revocation {
        let number = drain
        return Revocation(partitions: partitions, limit: limit) { [thread] in
            thread.post { $0.endDrain(number) }
        }
    }

    /// A fatal error with what it means for the process.
    func explained(_ error: KafkaError) -> KafkaError {
        guard error.code == .fencedInstance else { return error }
        return error.with(
            outcome: nil,
            hint: "another member joined the group \(group) with this one's group.instance.id"
        )
    }
}
