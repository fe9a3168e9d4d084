import CRdkafka
import Dispatch
import Foundation
import Synchronization

/// A Kafka cluster inside this process: the client library's mock, on loopback, with ports of the kernel's
/// choice.
///
/// Nothing outlives it, and a partition keeps at most 5 MiB, and members with different assignors
/// in one group end the whole process. Clients want `LocalKafka.clientProperties`.
package final class LocalKafka: Sendable {
    /// Which request an injected error answers, by Kafka's API keys.
    package enum Request: Int16, Sendable, CaseIterable {
        case produce = 0
        case fetch = 1
        case listOffsets = 2
        case metadata = 3
        case offsetCommit = 8
        case offsetFetch = 9
        case findCoordinator = 10
        case joinGroup = 11
        case heartbeat = 12
        case syncGroup = 14
    }

    /// A cluster couldn't be made or told.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    private struct Cluster: @unchecked Sendable {
        // Sendable: both handles may be used from any thread, and go away under the mutex.
        let handle: OpaquePointer
        let mock: OpaquePointer
    }

    /// Properties that make the mock's groups and fetches quick; its rebalance waits for the session less a
    /// second.
    package static let clientProperties = [
        "session.timeout.ms": "6000",
        "heartbeat.interval.ms": "500",
        "fetch.wait.max.ms": "10",
    ]

    /// `host:port` of each broker, divided by commas; it keeps its value after `close`.
    package let bootstrapServers: String
    /// How many brokers there are; they count from 1.
    package let brokers: Int
    private let cluster: Mutex<Cluster?>

    /// Starts the brokers and creates the topics: one that a client asks for first gets four partitions.
    package init(brokers: Int = 1, topics: [(name: String, partitions: Int)]) throws {
        var reason = [CChar](repeating: 0, count: 512)
        let configuration = rd_kafka_conf_new()
        // The library would write the mock's worries to standard error.
        rd_kafka_conf_set(configuration, "log_level", "2", nil, 0)
        guard let handle = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, &reason, reason.count) else {
            rd_kafka_conf_destroy(configuration)
            throw Failure(description: "the local Kafka's client can't be made")
        }
        guard let mock = rd_kafka_mock_cluster_new(handle, Int32(clamping: brokers)) else {
            rd_kafka_destroy(handle)
            throw Failure(description: "the local Kafka can't be started")
        }
        bootstrapServers = rd_kafka_mock_cluster_bootstraps(mock).map { String(cString: $0) } ?? ""
        self.brokers = brokers
        cluster = Mutex(Cluster(handle: handle, mock: mock))
        for topic in topics {
            try tell("create the topic \(topic.name)") {
                let replicas = Int32(clamping: min(3, brokers))
                return rd_kafka_mock_topic_create($0, topic.name, Int32(clamping: topic.partitions), replicas)
            }
        }
    }

    deinit {
        close()
    }

    /// Ends the brokers; a second call does nothing.
    package func close() {
        let ending = cluster.withLock { cluster in
            defer { cluster = nil }
            return cluster
        }
        guard let ending else { return }
        // The mock's thread of librdkafka 2.0.2 ends without an answer if its poll fails, and whoever destroys the
        // cluster then waits for ever: that is a thread of its own, and not one of Swift's few.
        let isOver = DispatchSemaphore(value: 0)
        Thread {
            rd_kafka_mock_cluster_destroy(ending.mock)
            rd_kafka_destroy(ending.handle)
            isOver.signal()
        }.start()
        _ = isOver.wait(timeout: .now() + .seconds(2))
    }

    /// Closes a broker's connections and refuses new ones; brokers count from 1.
    package func brokerDown(_ broker: Int = 1) throws {
        try tell("broker \(broker) down") { rd_kafka_mock_broker_set_down($0, Int32(clamping: broker)) }
    }

    package func brokerUp(_ broker: Int = 1) throws {
        try tell("broker \(broker) up") { rd_kafka_mock_broker_set_up($0, Int32(clamping: broker)) }
    }

    /// Makes a broker the coordinator of a group; it is another one's no more.
    package func setCoordinator(group: String, broker: Int) throws {
        try tell("coordinator") {
            rd_kafka_mock_coordinator_set($0, "group", group, Int32(clamping: broker))
        }
    }

    /// Delays each answer of a broker.
    package func delay(broker: Int = 1, by delay: Duration) throws {
        let parts = delay.components
        let milliseconds = Int32(clamping: parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000)
        try tell("delay") { rd_kafka_mock_broker_set_rtt($0, Int32(clamping: broker), milliseconds) }
    }

    /// Lets the next requests of that kind fail with these codes of the protocol, one after the other; 0 lets
    /// one pass.
    package func push(errors: [Int32], to request: Request) throws {
        let codes = errors.map { rd_kafka_resp_err_t(rawValue: $0) }
        try tell("push errors") {
            rd_kafka_mock_push_request_errors_array($0, request.rawValue, codes.count, codes)
            return RD_KAFKA_RESP_ERR_NO_ERROR
        }
    }

    package func clearErrors(of request: Request) throws {
        try tell("clear errors") {
            rd_kafka_mock_clear_request_errors($0, request.rawValue)
            return RD_KAFKA_RESP_ERR_NO_ERROR
        }
    }

    /// Calls the mock, unless it is closed.
    func tell(_ what: String, _ body: (OpaquePointer) -> rd_kafka_resp_err_t) throws {
        try cluster.withLock { cluster in
            guard let cluster else { throw Failure(description: "\(what): the local Kafka is closed") }
            let error = body(cluster.mock)
            guard error != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
            let words = rd_kafka_err2str(error).map { String(cString: $0) } ?? "error \(error.rawValue)"
            throw Failure(description: "\(what): \(words)")
        }
    }
}
