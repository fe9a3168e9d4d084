import CRdkafka
import Kafka

/// What is sent and read, and with which settings: the same for both sides.
struct QueueLoad: Sendable {
    let address: String
    /// In each partition: under the 5 MiB that the mock keeps.
    static let messagesPerPartition = 10_000
    static let partitions = 96
    static let messageBytes = 300
    static let readTopic = "bench-read"
    static let writeTopic = "bench-write"
    static let latencyTopic = "bench-latency"
    static let lanesTopic = "bench-lanes"
    static let lanesPartitions = 100
    static let lanesKeys = 10_000
    static let readKeys = 10_000

    static let topics: [(name: String, partitions: Int)] = [
        (readTopic, partitions), (writeTopic, 8), (latencyTopic, 1), (lanesTopic, lanesPartitions),
    ]

    var messages: Int { Self.partitions * Self.messagesPerPartition }

    /// As `ConsumerGroupMember` sets them by itself.
    static let consumerProperties = [
        "auto.offset.reset": "earliest", "partition.assignment.strategy": "range",
        "enable.auto.commit": "false", "enable.auto.offset.store": "false",
    ]

    /// Of both sides: the mock's groups form slowly; and read-ahead that nobody fills.
    ///
    /// A broker's thread that finds the read-ahead full sleeps for a second, whatever becomes free meanwhile
    /// (librdkafka before 2.2, which can't be told otherwise): with room for fewer messages than the log has the
    /// figures would say which side happened to run into that.
    static let sharedProperties = [
        "session.timeout.ms": "6000", "heartbeat.interval.ms": "500",
        "queued.min.messages": "10000000", "queued.max.messages.kbytes": "1048576",
    ]

    /// Where memory is a figure: with what the queue itself holds, nearly what 10,000 keys of 50 ms take in the
    /// second for which a broker's thread sleeps.
    static let lanesProperties = sharedProperties.merging(
        ["queued.min.messages": "120000", "queued.max.messages.kbytes": "32768"]
    ) { $1 }

    /// As `Producer` sets them by itself.
    static let producerProperties = [
        "enable.idempotence": "true", "acks": "all", "partitioner": "murmur2_random",
        "delivery.timeout.ms": "30000", "queue.buffering.max.messages": "10000",
        "queue.buffering.max.kbytes": "65536",
    ]

    func rawConsumer(group: String) -> [String: String] {
        Self.consumerProperties.merging(Self.sharedProperties) { $1 }
            .merging(["bootstrap.servers": address, "group.id": group, "log_level": "3"]) { $1 }
    }

    func rawProducer(_ more: [String: String] = [:]) -> [String: String] {
        Self.producerProperties.merging(["bootstrap.servers": address, "log_level": "3"]) { $1 }
            .merging(more) { $1 }
    }

    func configuration(_ clientID: String, _ properties: [String: String] = sharedProperties)
        -> KafkaConfiguration
    {
        KafkaConfiguration(bootstrapServers: address, clientID: clientID, properties: properties)
    }

    /// Fills the topics that are read: once is enough, since nothing is removed by reading.
    func fill() throws {
        let payload = [UInt8](repeating: 0x61, count: Self.messageBytes)
        let reader = try RawClient(RD_KAFKA_PRODUCER, rawProducer())
        _ = try reader.produce(messages, inFlight: 9_000, to: Self.readTopic) { index in
            // Runs of one partition, so that batches are large.
            let partition = index / 1_000 % Self.partitions
            let key = partition + (index % 100) * Self.partitions
            return RawRecord(partition: Int32(partition), key: Array("key-\(key)".utf8), value: payload)
        }
    }

    /// Each batch holds each of its partition's keys once, so that no key waits for a later batch.
    func fillLanes(perKey: Int) throws {
        let keysPerPartition = Self.lanesKeys / Self.lanesPartitions
        let payload = [UInt8](repeating: 0x61, count: 100)
        let client = try RawClient(
            RD_KAFKA_PRODUCER,
            rawProducer(["batch.num.messages": "\(keysPerPartition)", "linger.ms": "50"])
        )
        _ = try client.produce(Self.lanesKeys * perKey, inFlight: 9_000, to: Self.lanesTopic) { index in
            // A batch of one partition after the other, so that each fills up.
            let batch = index / keysPerPartition
            let partition = batch % Self.lanesPartitions
            let key = partition * keysPerPartition + index % keysPerPartition
            return RawRecord(partition: Int32(partition), key: Array("key-\(key)".utf8), value: payload)
        }
    }
}
