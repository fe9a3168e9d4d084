import CRdkafka

/// The library's handles of the topics that a producer sends to, so that a record needn't look up its own.
struct TopicHandles {
    /// Whoever sends to more topics than this gets the library's own look-up for the rest.
    private static let limit = 64

    private let client: OpaquePointer
    private var handles: [String: OpaquePointer] = [:]
    /// Most records go where the one before went.
    private var last: (name: String, handle: OpaquePointer)?

    init(_ client: OpaquePointer) {
        self.client = client
    }

    /// Nil if there is none to be had; the library says why when a record is sent there by name.
    mutating func handle(of topic: String) -> OpaquePointer? {
        if let last, last.name == topic { return last.handle }
        guard let handle = handles[topic] ?? make(topic) else { return nil }
        last = (topic, handle)
        return handle
    }

    private mutating func make(_ topic: String) -> OpaquePointer? {
        guard handles.count < Self.limit, !topic.utf8.contains(0) else { return nil }
        let handle = rd_kafka_topic_new(client, topic, nil)
        handles[topic] = handle
        return handle
    }

    /// Gives all back, which has to happen before the client's own end.
    mutating func destroy() {
        last = nil
        for handle in handles.values { rd_kafka_topic_destroy(handle) }
        handles = [:]
    }
}
