extension KafkaError {
    /// Whose turn it is to do something about an error.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Settings or rights have to be changed: trying again helps nothing.
        case configuration
        /// No broker answers; it may, later.
        case unreachable
        case other
    }

    package var kind: Kind { .other }

    /// What is wrong and what to change, in one sentence without secrets.
    package var advice: String { reason }
}
