import CRdkafka

extension AdminLoop {
    func create(
        _ topics: [NewTopic],
        validateOnly: Bool,
        until deadline: ContinuousClock.Instant
    ) -> Result<[String], KafkaError> {
        Result { () throws(KafkaError) in
            var natives: [OpaquePointer] = []
            defer { for native in natives { rd_kafka_NewTopic_destroy(native) } }
            for topic in topics { natives.append(try native(topic)) }
            let operation = RD_KAFKA_ADMIN_OP_CREATETOPICS
            let event = try ask(operation, "create topics", validateOnly: validateOnly, until: deadline) {
                options,
                queue in
                var list = natives.map(Optional.some)
                rd_kafka_CreateTopics(client.handle, &list, list.count, options, queue)
            }
            defer { rd_kafka_event_destroy(event) }
            var count = 0
            let results = rd_kafka_CreateTopics_result_topics(
                rd_kafka_event_CreateTopics_result(event),
                &count
            )
            return try names(results, count, "create", but: RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        }
    }

    func delete(_ names: [String], until deadline: ContinuousClock.Instant) -> Result<[String], KafkaError> {
        Result { () throws(KafkaError) in
            let natives = names.map { rd_kafka_DeleteTopic_new($0) }
            defer { for native in natives { rd_kafka_DeleteTopic_destroy(native) } }
            let event = try ask(RD_KAFKA_ADMIN_OP_DELETETOPICS, "delete topics", until: deadline) {
                options,
                queue in
                var list = natives
                rd_kafka_DeleteTopics(client.handle, &list, list.count, options, queue)
            }
            defer { rd_kafka_event_destroy(event) }
            var count = 0
            let results = rd_kafka_DeleteTopics_result_topics(
                rd_kafka_event_DeleteTopics_result(event),
                &count
            )
            return try self.names(results, count, "delete", but: RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        }
    }

    func createPartitions(
        of topic: String,
        total: Int,
        validateOnly: Bool,
        until deadline: ContinuousClock.Instant
    ) -> Result<Void, KafkaError> {
        Result { () throws(KafkaError) in
            let doing = "create partitions of the topic \(topic)"
            var reason = [CChar](repeating: 0, count: Self.reasonLength)
            let count = max(0, total)
            guard let native = rd_kafka_NewPartitions_new(topic, count, &reason, reason.count) else {
                throw .coded(.invalidConfiguration, "\(doing): \(total) isn't a number of partitions")
            }
            defer { rd_kafka_NewPartitions_destroy(native) }
            let operation = RD_KAFKA_ADMIN_OP_CREATEPARTITIONS
            let event = try ask(operation, doing, validateOnly: validateOnly, until: deadline) {
                options,
                queue in
                var list: [OpaquePointer?] = [native]
                rd_kafka_CreatePartitions(client.handle, &list, list.count, options, queue)
            }
            defer { rd_kafka_event_destroy(event) }
            var results = 0
            let topics = rd_kafka_CreatePartitions_result_topics(
                rd_kafka_event_CreatePartitions_result(event),
                &results
            )
            _ = try names(topics, results, "create partitions of", but: RD_KAFKA_RESP_ERR_NO_ERROR)
        }
    }

    func properties(
        of names: [String],
        until deadline: ContinuousClock.Instant
    ) -> Result<[String: [String: TopicProperty]], KafkaError> {
        Result { () throws(KafkaError) in
            let natives = names.map { rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0) }
            defer { for native in natives { rd_kafka_ConfigResource_destroy(native) } }
            let doing = "read the properties of topics"
            let event = try ask(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, doing, until: deadline) { options, queue in
                var list = natives
                rd_kafka_DescribeConfigs(client.handle, &list, list.count, options, queue)
            }
            defer { rd_kafka_event_destroy(event) }
            var count = 0
            let results = rd_kafka_DescribeConfigs_result_resources(
                rd_kafka_event_DescribeConfigs_result(event),
                &count
            )
            var properties: [String: [String: TopicProperty]] = [:]
            for index in 0..<count {
                guard let result = results?[index], let text = rd_kafka_ConfigResource_name(result) else {
                    continue
                }
                let name = String(cString: text)
                let code = rd_kafka_ConfigResource_error(result)
                let words = rd_kafka_ConfigResource_error_string(result)
                if let error = failure(code, words, "read the properties of the topic \(name)") {
                    throw error
                }
                properties[name] = Self.properties(result)
            }
            return properties
        }
    }

    private static func properties(_ resource: OpaquePointer) -> [String: TopicProperty] {
        var count = 0
        let entries = rd_kafka_ConfigResource_configs(resource, &count)
        var properties: [String: TopicProperty] = [:]
        for index in 0..<count {
            guard let entry = entries?[index], let name = rd_kafka_ConfigEntry_name(entry) else { continue }
            properties[String(cString: name)] = TopicProperty(
                value: rd_kafka_ConfigEntry_value(entry).map { String(cString: $0) },
                isDefault: rd_kafka_ConfigEntry_is_default(entry) == 1,
                isReadOnly: rd_kafka_ConfigEntry_is_read_only(entry) == 1,
                isSensitive: rd_kafka_ConfigEntry_is_sensitive(entry) == 1
            )
        }
        return properties
    }

    /// The names of topics with which it went well; `but` is no failure, and no success.
    private func names(
        _ results: UnsafeMutablePointer<OpaquePointer?>?,
        _ count: Int,
        _ deed: String,
        but tolerated: rd_kafka_resp_err_t
    ) throws(KafkaError) -> [String] {
        var names: [String] = []
        for index in 0..<count {
            guard let result = results?[index], let text = rd_kafka_topic_result_name(result) else {
                continue
            }
            let name = String(cString: text)
            let code = rd_kafka_topic_result_error(result)
            if code != RD_KAFKA_RESP_ERR_NO_ERROR, code == tolerated { continue }
            let words = rd_kafka_topic_result_error_string(result)
            if let error = failure(code, words, "\(deed) the topic \(name)") { throw error }
            names.append(name)
        }
        return names
    }

    private func native(_ topic: NewTopic) throws(KafkaError) -> OpaquePointer {
        guard topic.partitions > 0 else {
            throw .coded(.invalidConfiguration, "create the topic \(topic.name): it needs a partition")
        }
        var reason = [CChar](repeating: 0, count: Self.reasonLength)
        let made = rd_kafka_NewTopic_new(
            topic.name,
            Int32(clamping: topic.partitions),
            Int32(clamping: topic.replication ?? -1),
            &reason,
            reason.count
        )
        guard let made else {
            let words = String(
                decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
                as: UTF8.self
            )
            throw .coded(.invalidConfiguration, "create the topic \(topic.name): \(words)")
        }
        for (name, value) in topic.configuration.sorted(by: { $0.key < $1.key }) {
            let code = rd_kafka_NewTopic_set_config(made, name, value)
            if let error = KafkaError.unlessFine(code, "the topic's property \(name)") {
                rd_kafka_NewTopic_destroy(made)
                throw error
            }
        }
        return made
    }
}
