import CRdkafka

/// A topic as the cluster describes it.
package struct TopicDescription: Sendable, Hashable {
    package struct Partition: Sendable, Hashable {
        package let id: Int32
        /// The broker that leads it; nil while there is none.
        package let leader: Int32?
        package let replicas: [Int32]
    }

    package let name: String
    package let partitions: [Partition]

    init?(reading native: rd_kafka_metadata_topic) {
        guard native.err == RD_KAFKA_RESP_ERR_NO_ERROR, let topic = native.topic else { return nil }
        name = String(cString: topic)
        guard let list = native.partitions else {
            partitions = []
            return
        }
        partitions = (0..<Int(max(0, native.partition_cnt))).map { index in
            let item = list[index]
            let replicas = UnsafeBufferPointer(start: item.replicas, count: Int(max(0, item.replica_cnt)))
            return Partition(
                id: item.id,
                leader: item.leader >= 0 ? item.leader : nil,
                replicas: Array(replicas)
            )
        }
    }
}

/// A topic to be created.
package struct NewTopic: Sendable, Hashable {
    package var name: String
    package var partitions: Int
    /// Nil: what the cluster's brokers think best.
    package var replication: Int?
    /// Properties of the topic, such as `retention.ms`.
    package var configuration: [String: String]

    package init(
        name: String,
        partitions: Int,
        replication: Int? = nil,
        configuration: [String: String] = [:]
    ) {
        self.name = name
        self.partitions = partitions
        self.replication = replication
        self.configuration = configuration
    }
}
