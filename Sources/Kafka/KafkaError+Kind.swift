import CRdkafka

extension KafkaError {
    /// Whose turn it is to do something about an error.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Settings or rights have to be changed: trying again helps nothing.
        case configuration
        /// No broker answers; it may, later.
        case unreachable
        case other
    }

    package var kind: Kind {
        if let trouble { return trouble.kind }
        if Self.configurationCodes.contains(code) { return .configuration }
        return Self.unreachableCodes.contains(code) ? .unreachable : .other
    }

    /// What is wrong and what to change, in one sentence without secrets.
    package var advice: String {
        if let trouble { return trouble.sentence }
        switch code.native {
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
            // Only who sends has an outcome to tell.
            return noRight(outcome == nil ? "READ or DESCRIBE on the topic" : "WRITE on the topic")
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
            return noRight("READ on the group")
        case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
            return noRight("that right on the cluster")
        case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
            return noRight("WRITE on the transactional id")
        case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
            return "\(reason): the brokers don't answer in time"
        default:
            return reason
        }
    }

    /// `reason` is "what was tried: words", by all who make such errors.
    private func noRight(_ right: String) -> String {
        let tried = reason.firstRange(of: ": ").map { reason[..<$0.lowerBound] } ?? "do this"
        return "no right to \(tried): this client's principal needs \(right)"
    }

    private static let configurationCodes: Set<Code> = [
        .invalidConfiguration, .unknownTopic,
        Code(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC), Code(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION),
        Code(RD_KAFKA_RESP_ERR__SSL), Code(RD_KAFKA_RESP_ERR__AUTHENTICATION),
        Code(RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED),
        Code(RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM), Code(RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE),
        Code(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED),
        Code(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED),
        Code(RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED),
        Code(RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED),
        Code(RD_KAFKA_RESP_ERR_SECURITY_DISABLED), Code(RD_KAFKA_RESP_ERR_INVALID_CONFIG),
        Code(RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION), Code(RD_KAFKA_RESP_ERR_INVALID_PARTITIONS),
        Code(RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR), Code(RD_KAFKA_RESP_ERR_POLICY_VIOLATION),
        Code(RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL),
        Code(RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT),
    ]

    private static let unreachableCodes: Set<Code> = [
        .timedOut, .messageTimedOut, .transport, .allBrokersDown,
        Code(RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE), Code(RD_KAFKA_RESP_ERR__RESOLVE),
        Code(RD_KAFKA_RESP_ERR__WAIT_COORD), Code(RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT),
        Code(RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION), Code(RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE),
        Code(RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE), Code(RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE),
        Code(RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS),
    ]
}
