import CRdkafka

extension KafkaError {
    /// An error known by its code alone; also for what stands in for Kafka in a test.
    package static func coded(
        _ code: Code,
        _ reason: String? = nil,
        outcome: Outcome? = nil,
        file: String = #fileID,
        line: Int = #line
    ) -> KafkaError {
        coded(code, reason, outcome: outcome, trouble: nil, file: file, line: line)
    }

    static func coded(
        _ code: Code,
        _ reason: String?,
        outcome: Outcome? = nil,
        trouble: Trouble?,
        file: String = #fileID,
        line: Int = #line
    ) -> KafkaError {
        KafkaError(
            code: code,
            name: code.name,
            reason: reason ?? code.text,
            isFatal: code == .fatal,
            isRetriable: code.isTransient,
            outcome: outcome,
            trouble: trouble,
            file: file,
            line: line
        )
    }

    /// Nil if the call succeeded.
    static func unlessFine(
        _ error: rd_kafka_resp_err_t,
        _ doing: String,
        file: String = #fileID,
        line: Int = #line
    ) -> KafkaError? {
        guard error != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        let code = Code(error)
        return coded(code, "\(doing): \(code.text)", file: file, line: line)
    }

    /// Reads all of a rich error and destroys it: the one place where that is done.
    static func consuming(
        _ error: OpaquePointer?,
        _ doing: String,
        file: String = #fileID,
        line: Int = #line
    ) -> KafkaError? {
        guard let error else { return nil }
        defer { rd_kafka_error_destroy(error) }
        let code = Code(rd_kafka_error_code(error))
        let text = rd_kafka_error_string(error).map { String(cString: $0) } ?? code.text
        return KafkaError(
            code: code,
            name: code.name,
            reason: "\(doing): \(text)",
            isFatal: rd_kafka_error_is_fatal(error) != 0 || code == .fatal,
            isRetriable: rd_kafka_error_is_retriable(error) != 0 || code.isTransient,
            file: file,
            line: line
        )
    }

    static func cancelled(
        _ doing: String,
        outcome: Outcome? = nil,
        file: String = #fileID,
        line: Int = #line
    ) -> KafkaError {
        coded(
            .cancelled,
            "\(doing): the waiting task was cancelled",
            outcome: outcome,
            file: file,
            line: line
        )
    }

    static func closed(
        _ what: String,
        outcome: Outcome? = nil,
        file: String = #fileID,
        line: Int = #line
    ) -> KafkaError {
        coded(.closed, "\(what) is closed", outcome: outcome, file: file, line: line)
    }
}
