/// When a producer's handle is replaced after a fatal error, and when that has happened too often.
struct ProducerRecovery {
    /// So many new handles in the window; one more fatal error ends the producer.
    static let limit = 3
    static let window: Duration = .seconds(600)
    /// How long reports of what was under way are awaited.
    static let reportLimit: Duration = .seconds(2)

    private var begun: [ContinuousClock.Instant] = []
    private var deadline: ContinuousClock.Instant?

    var isUnderWay: Bool { deadline != nil }

    /// Whether the next fatal error, or the one that is being seen to, is survived.
    var hasRoom: Bool { isUnderWay || begun.count < Self.limit }

    /// False if there have been too many.
    mutating func begin(at now: ContinuousClock.Instant) -> Bool {
        begun.removeAll { now - $0 >= Self.window }
        guard begun.count < Self.limit else { return false }
        begun.append(now)
        deadline = now + Self.reportLimit
        return true
    }

    /// Whether the old handle may go.
    func isDue(_ hasAllReports: Bool, at now: ContinuousClock.Instant) -> Bool {
        deadline.map { hasAllReports || now >= $0 } ?? false
    }

    mutating func end() {
        deadline = nil
    }
}

extension KafkaError {
    /// The same error, for who uses a client that begins anew by itself.
    var survived: KafkaError {
        KafkaError(
            code: code,
            name: name,
            reason: reason,
            isFatal: false,
            isRetriable: true,
            outcome: outcome,
            trouble: trouble,
            file: file,
            line: line
        )
    }
}
