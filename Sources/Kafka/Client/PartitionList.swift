import CRdkafka

/// A list of partitions of the library's, destroyed by its owner and lent for the length of a call.
struct PartitionList: ~Copyable {
    private let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ partitions: some Sequence<TopicPartition>) {
        pointer = rd_kafka_topic_partition_list_new(0)
        for item in partitions {
            rd_kafka_topic_partition_list_add(pointer, item.topic, item.partition)
        }
    }

    init(offsets: [TopicPartition: Int64]) {
        pointer = rd_kafka_topic_partition_list_new(Int32(clamping: offsets.count))
        for (item, offset) in offsets.sorted(by: { $0.key < $1.key }) {
            guard let entry = rd_kafka_topic_partition_list_add(pointer, item.topic, item.partition) else {
                continue
            }
            entry.pointee.offset = offset
        }
    }

    deinit {
        rd_kafka_topic_partition_list_destroy(pointer)
    }

    borrowing func lend<Result>(
        _ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> Result
    ) -> Result {
        body(pointer)
    }

    /// A partition as the library reports it.
    struct Entry {
        let partition: TopicPartition
        let offset: Int64
        let error: rd_kafka_resp_err_t
    }

    /// Copies a list that belongs to the library.
    static func read(_ list: UnsafePointer<rd_kafka_topic_partition_list_t>?) -> [Entry] {
        guard let list, let elements = list.pointee.elems else { return [] }
        return (0..<Int(max(0, list.pointee.cnt))).compactMap { index in
            let element = elements[index]
            guard let topic = element.topic else { return nil }
            return Entry(
                partition: TopicPartition(topic: String(cString: topic), partition: element.partition),
                offset: element.offset,
                error: element.err
            )
        }
    }

    borrowing func entries() -> [Entry] {
        Self.read(pointer)
    }
}
