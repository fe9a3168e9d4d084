/// What went wrong between this process and Kafka.
///
/// `description` hides what may be secret; `debugDescription` tells all, with the place in the code.
package struct KafkaError: Error, Sendable {
    /// A code of the protocol (from 0) or of the client library (below 0).
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: Int32

        package init(rawValue: Int32) {
            self.rawValue = rawValue
        }
    }

    /// What is known of a record whose sending failed.
    package enum Outcome: String, Sendable, Hashable {
        case notPersisted
        /// It was on its way; it may or may not be in the log.
        case possiblyPersisted
        case persisted
    }

    package let code: Code
    /// The code's name as Kafka's documents write it, such as `UNKNOWN_TOPIC_OR_PART`; bounded, fit for a
    /// label.
    package let name: String
    package let reason: String
    /// The handle is of no more use: close it and make a new one.
    package let isFatal: Bool
    package let isRetriable: Bool
    /// Set by `Producer.send` alone.
    package let outcome: Outcome?
    /// What is behind it, where the code doesn't say.
    let trouble: Trouble?
    package let file: String
    package let line: Int

    init(
        code: Code,
        name: String,
        reason: String,
        isFatal: Bool = false,
        isRetriable: Bool = false,
        outcome: Outcome? = nil,
        trouble: Trouble? = nil,
        file: String,
        line: Int
    ) {
        self.code = code
        self.name = name
        self.reason = reason
        self.isFatal = isFatal
        self.isRetriable = isRetriable
        self.outcome = outcome
        self.trouble = trouble
        self.file = file
        self.line = line
    }

    /// The same error with what is known of the record that it concerns, and with what else was heard
    /// meanwhile.
    func with(outcome: Outcome?, hint: String? = nil) -> KafkaError {
        KafkaError(
            code: code,
            name: name,
            reason: hint.map { "\(reason) (\($0))" } ?? reason,
            isFatal: isFatal,
            isRetriable: isRetriable,
            outcome: outcome,
            trouble: trouble,
            file: file,
            line: line
        )
    }

    /// The same error with the cause that was heard of meanwhile, such as a refused connection.
    func because(of cause: KafkaError?) -> KafkaError {
        guard let cause else { return self }
        return KafkaError(
            code: code,
            name: name,
            reason: "\(reason) (\(cause.reason))",
            isFatal: isFatal,
            isRetriable: isRetriable && cause.kind != .configuration,
            outcome: outcome,
            trouble: cause.trouble ?? trouble ?? Trouble(cause.kind, cause.advice),
            file: file,
            line: line
        )
    }
}

extension KafkaError: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        let fate = outcome.map { ", \($0.rawValue)" } ?? ""
        return "\(name)\(fate): \(reason)"
    }

    package var debugDescription: String {
        let nature = "code \(code.rawValue), fatal \(isFatal), retriable \(isRetriable)"
        return "\(description) [\(nature), \(file):\(line)]"
    }
}
