import CRdkafka

extension LocalKafka {
    /// Moves a group's coordinator to another broker; its members and offsets stay.
    ///
    /// - Throws: `Failure` for a broker that there isn't.
    package func setCoordinator(of group: String, broker: Int) throws {
        guard (1...brokers).contains(broker) else {
            throw Failure(description: "there is no broker \(broker); they count from 1 to \(brokers)")
        }
        try tell("move the coordinator of \(group)") {
            rd_kafka_mock_coordinator_set($0, "group", group, Int32(clamping: broker))
        }
    }

    /// The number of an error of the protocol.
    ///
    /// - Returns: nil for what is neither a number nor a name such as `REBALANCE_IN_PROGRESS`.
    package static func errorCode(_ text: String) -> Int32? {
        if let number = Int16(text) { return Int32(number) }
        var descriptions: UnsafePointer<rd_kafka_err_desc>?
        var count = 0
        rd_kafka_get_err_descs(&descriptions, &count)
        guard let descriptions else { return nil }
        let all = UnsafeBufferPointer(start: descriptions, count: count)
        let found = all.first { $0.name.map { String(cString: $0) } == text.uppercased() }
        // The library's own errors are below zero and never come from a broker.
        return found.map(\.code.rawValue).flatMap { $0 >= 0 ? $0 : nil }
    }
}

extension LocalKafka.Request {
    /// A kind of request by Kafka's name or number, such as `OffsetCommit` or `8`.
    package init?(text: String) {
        let found = Self.allCases.first {
            "\($0)".lowercased() == text.lowercased() || "\($0.rawValue)" == text
        }
        guard let found else { return nil }
        self = found
    }
}
