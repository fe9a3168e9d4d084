import CRdkafka

/// What Berth itself never does: deletes a topic.
enum TopicDeletion {
    static func delete(_ topic: String) async throws {
        try await SystemTests.within(.seconds(40), "the deletion of \(topic)") { try deleteNow(topic) }
    }

    private static func deleteNow(_ topic: String) throws {
        let configuration = rd_kafka_conf_new()
        rd_kafka_conf_set(configuration, "bootstrap.servers", ExternalKafka.servers, nil, 0)
        guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0) else {
            rd_kafka_conf_destroy(configuration)
            throw TestFleet.Failure(description: "no client for the deletion of \(topic)")
        }
        defer { rd_kafka_destroy(client) }
        let queue = rd_kafka_queue_new(client)
        defer { rd_kafka_queue_destroy(queue) }
        guard let deletion = rd_kafka_DeleteTopic_new(topic) else {
            throw TestFleet.Failure(description: "\(topic) can't be the name of a topic")
        }
        defer { rd_kafka_DeleteTopic_destroy(deletion) }
        var list = [Optional(deletion)]
        rd_kafka_DeleteTopics(client, &list, 1, nil, queue)
        guard let event = rd_kafka_queue_poll(queue, 30_000) else {
            throw TestFleet.Failure(description: "no answer to the deletion of \(topic)")
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        let results = rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count)
        let code = results?[0].map { rd_kafka_topic_result_error($0) } ?? rd_kafka_event_error(event)
        guard rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR, code == RD_KAFKA_RESP_ERR_NO_ERROR
        else {
            let words = rd_kafka_err2str(code).map { String(cString: $0) } ?? "\(code)"
            throw TestFleet.Failure(description: "\(topic) can't be deleted: \(words)")
        }
    }
}
