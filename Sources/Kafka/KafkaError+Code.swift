import CRdkafka

extension KafkaError.Code {
    init(_ error: rd_kafka_resp_err_t) {
        self.init(rawValue: Int32(error.rawValue))
    }

    package static let timedOut = Self(RD_KAFKA_RESP_ERR__TIMED_OUT)
    /// The record's own time (`delivery.timeout.ms`) was over before a broker acknowledged it.
    package static let messageTimedOut = Self(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT)
    package static let transport = Self(RD_KAFKA_RESP_ERR__TRANSPORT)
    package static let allBrokersDown = Self(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
    package static let queueFull = Self(RD_KAFKA_RESP_ERR__QUEUE_FULL)
    package static let unknownTopic = Self(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
    package static let messageTooLarge = Self(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
    package static let rebalanceInProgress = Self(RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS)
    package static let illegalGeneration = Self(RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION)
    package static let unknownMember = Self(RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID)
    /// The task that waited was cancelled.
    package static let cancelled = Self(RD_KAFKA_RESP_ERR__INTR)
    /// The producer, reader or member is closed.
    package static let closed = Self(RD_KAFKA_RESP_ERR__DESTROY)
    /// A property was refused, by the library or by Berth.
    package static let invalidConfiguration = Self(RD_KAFKA_RESP_ERR__INVALID_ARG)
    package static let fatal = Self(RD_KAFKA_RESP_ERR__FATAL)
    package static let noOffset = Self(RD_KAFKA_RESP_ERR__NO_OFFSET)
    package static let state = Self(RD_KAFKA_RESP_ERR__STATE)

    var native: rd_kafka_resp_err_t { rd_kafka_resp_err_t(rawValue: rawValue) }

    var name: String {
        rd_kafka_err2name(native).map { String(cString: $0) } ?? "ERR_\(rawValue)"
    }

    var text: String {
        rd_kafka_err2str(native).map { String(cString: $0) } ?? "error \(rawValue)"
    }

    /// What may well go away if the same is tried again after a while.
    var isTransient: Bool {
        Self.transientCodes.contains(self)
    }

    private static let transientCodes: Set<Self> = [
        .timedOut, .messageTimedOut, .transport, .allBrokersDown, .queueFull, .rebalanceInProgress,
        Self(RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE), Self(RD_KAFKA_RESP_ERR__WAIT_COORD),
        Self(RD_KAFKA_RESP_ERR__RESOLVE), Self(RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE),
        Self(RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION), Self(RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT),
        Self(RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION), Self(RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS),
        Self(RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE), Self(RD_KAFKA_RESP_ERR_NOT_COORDINATOR),
        Self(RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS), Self(RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND),
    ]
}
