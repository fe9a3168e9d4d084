import CRdkafka

extension AdminLoop {
    func describe(
        group: String,
        until deadline: ContinuousClock.Instant
    ) -> Result<GroupDescription, KafkaError> {
        Result { () throws(KafkaError) in
            let doing = "describe the group \(group)"
            let event = try ask(RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, doing, until: deadline) {
                options,
                queue in
                group.withCString { name in
                    var names: [UnsafePointer<CChar>?] = [name]
                    rd_kafka_DescribeConsumerGroups(client.handle, &names, names.count, options, queue)
                }
            }
            defer { rd_kafka_event_destroy(event) }
            var count = 0
            let result = rd_kafka_event_DescribeConsumerGroups_result(event)
            let groups = rd_kafka_DescribeConsumerGroups_result_groups(result, &count)
            guard count > 0, let answer = groups?[0] else {
                throw .coded(.state, "\(doing): the answer has no group")
            }
            if let error = failure(rd_kafka_ConsumerGroupDescription_error(answer), doing) { throw error }
            return GroupDescription(reading: answer, id: group)
        }
    }

    func committed(
        group: String,
        of partitions: [TopicPartition],
        until deadline: ContinuousClock.Instant
    ) -> Result<[TopicPartition: Int64], KafkaError> {
        Result { () throws(KafkaError) in try commits(group, partitions, until: deadline) }
    }

    func lag(
        group: String,
        topics: [String],
        until deadline: ContinuousClock.Instant
    ) -> Result<[PartitionLag], KafkaError> {
        Result { () throws(KafkaError) in
            let known = try client.topics(until: deadline)
            var partitions: [TopicPartition] = []
            for topic in Set(topics) {
                guard let found = known.first(where: { $0.name == topic }) else {
                    throw .coded(.unknownTopic, "the topic \(topic) doesn't exist")
                }
                partitions += found.partitions.map { TopicPartition(topic: topic, partition: $0.id) }
            }
            guard !partitions.isEmpty else { return [] }
            // Before the ends, so that what comes meanwhile is counted rather than a lag below zero.
            let commits = try commits(group, partitions, until: deadline)
            return try partitions.sorted().map { item throws(KafkaError) in
                let marks = try client.watermarks(of: item, until: deadline)
                return PartitionLag(
                    partition: item,
                    committed: commits[item],
                    start: marks.low,
                    end: marks.high
                )
            }
        }
    }

    func commit(
        group: String,
        _ offsets: [TopicPartition: Int64],
        until deadline: ContinuousClock.Instant
    ) -> Result<Void, KafkaError> {
        Result { () throws(KafkaError) in
            let doing = "move the offsets of the group \(group)"
            let list = PartitionList(offsets: offsets)
            let request = list.lend { rd_kafka_AlterConsumerGroupOffsets_new(group, $0) }
            defer { rd_kafka_AlterConsumerGroupOffsets_destroy(request) }
            let event = try ask(RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, doing, until: deadline) {
                options,
                queue in
                var requests = [request]
                rd_kafka_AlterConsumerGroupOffsets(client.handle, &requests, 1, options, queue)
            }
            defer { rd_kafka_event_destroy(event) }
            var count = 0
            let result = rd_kafka_event_AlterConsumerGroupOffsets_result(event)
            let groups = rd_kafka_AlterConsumerGroupOffsets_result_groups(result, &count)
            guard count > 0, let answer = groups?[0] else { return }
            if let error = failure(rd_kafka_group_result_error(answer), doing) { throw error }
            for entry in PartitionList.read(rd_kafka_group_result_partitions(answer)) {
                let error = client.failure(entry.error, "\(doing) in \(entry.partition)")
                if let error { throw Self.withAdvice(error) }
            }
        }
    }

    /// Brokers answer "unknown member" for a commit from outside while the group has members.
    private static func withAdvice(_ error: KafkaError) -> KafkaError {
        guard [.unknownMember, .rebalanceInProgress, .illegalGeneration].contains(error.code) else {
            return error
        }
        return error.with(outcome: nil, hint: "the group has members: stop them first")
    }

    private func commits(
        _ group: String,
        _ partitions: [TopicPartition],
        until deadline: ContinuousClock.Instant
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        let list = PartitionList(partitions)
        let request = list.lend { rd_kafka_ListConsumerGroupOffsets_new(group, $0) }
        defer { rd_kafka_ListConsumerGroupOffsets_destroy(request) }
        let doing = "read the offsets of the group \(group)"
        let event = try ask(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, doing, until: deadline) {
            options,
            queue in
            var requests = [request]
            rd_kafka_ListConsumerGroupOffsets(client.handle, &requests, 1, options, queue)
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        let result = rd_kafka_event_ListConsumerGroupOffsets_result(event)
        let groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count)
        guard count > 0, let answer = groups?[0] else { return [:] }
        if let error = failure(rd_kafka_group_result_error(answer), doing) { throw error }
        var offsets: [TopicPartition: Int64] = [:]
        for entry in PartitionList.read(rd_kafka_group_result_partitions(answer)) {
            if let error = client.failure(entry.error, doing) { throw error }
            if entry.offset >= 0 { offsets[entry.partition] = entry.offset }
        }
        return offsets
    }
}

extension GroupDescription {
    /// Copies what belongs to the library.
    fileprivate init(reading group: OpaquePointer, id: String) {
        let state = rd_kafka_ConsumerGroupDescription_state(group)
        self.init(
            id: id,
            state: rd_kafka_consumer_group_state_name(state).map { String(cString: $0) } ?? "Unknown",
            protocolName: Self.text(rd_kafka_ConsumerGroupDescription_partition_assignor(group)),
            members: (0..<rd_kafka_ConsumerGroupDescription_member_count(group)).compactMap { index in
                rd_kafka_ConsumerGroupDescription_member(group, index).map { Member(reading: $0) }
            }
        )
    }

    fileprivate static func text(_ pointer: UnsafePointer<CChar>?) -> String {
        pointer.map { String(cString: $0) } ?? ""
    }
}

extension GroupDescription.Member {
    fileprivate init(reading member: OpaquePointer) {
        let assignment = rd_kafka_MemberDescription_assignment(member)
            .flatMap { rd_kafka_MemberAssignment_partitions($0) }
        self.init(
            memberID: GroupDescription.text(rd_kafka_MemberDescription_consumer_id(member)),
            clientID: GroupDescription.text(rd_kafka_MemberDescription_client_id(member)),
            host: GroupDescription.text(rd_kafka_MemberDescription_host(member)),
            groupInstanceID: rd_kafka_MemberDescription_group_instance_id(member)
                .map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 },
            assignment: PartitionList.read(assignment).map(\.partition).sorted()
        )
    }
}
