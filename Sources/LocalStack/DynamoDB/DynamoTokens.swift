/// The transactions that a repeat with the same `ClientRequestToken` must not do again.
struct DynamoTokens {
    private struct Entry {
        var fingerprint: DynamoFingerprint
        var expires: Duration
    }

    /// Beyond it the oldest are forgotten early; the real service has no such limit.
    static let capacity = 200_000

    private var entries: [String: Entry] = [:]
    private var order: [String] = []

    enum Recall {
        case unknown
        case same
        case other
    }

    func recall(_ token: String, _ fingerprint: DynamoFingerprint, now: DynamoMoment) -> Recall {
        guard let entry = entries[token], entry.expires > now.elapsed else { return .unknown }
        return entry.fingerprint == fingerprint ? .same : .other
    }

    mutating func remember(
        _ token: String,
        _ fingerprint: DynamoFingerprint,
        life: Duration,
        now: DynamoMoment
    ) {
        forget(now: now)
        entries[token] = Entry(fingerprint: fingerprint, expires: now.after(life))
        order.append(token)
    }

    private mutating func forget(now: DynamoMoment) {
        var gone = max(0, order.count - Self.capacity + 1)
        while gone < order.count, (entries[order[gone]]?.expires ?? .zero) <= now.elapsed { gone += 1 }
        // In large steps, since each moves what is left.
        guard gone > 1000 || order.count >= Self.capacity else { return }
        for token in order.prefix(gone) { entries[token] = nil }
        order.removeFirst(gone)
    }
}

/// Tells two requests apart without keeping them.
struct DynamoFingerprint: Equatable {
    private var hash: UInt64
    private var length: Int

    init(_ json: DynamoJSON) {
        let text = json.text(sorted: true)
        hash = DynamoBytes.hash(text)
        length = text.utf8.count
    }
}
