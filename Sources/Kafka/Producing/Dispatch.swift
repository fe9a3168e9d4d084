/// Records sent with one call, and what became of each.
///
/// A record is told from the others by its place here and by the slot of the whole in the producer's table,
/// so that a report finds it without a search.
final class Dispatch: @unchecked Sendable {
    // Sendable: a caller makes it and posts it to the producer's thread, which alone touches the variables.

    /// What is told to the caller once every record has its end.
    struct Outcomes: Sendable {
        fileprivate(set) var places: [Place]
        /// By index; whatever isn't here has its place.
        fileprivate(set) var failures: [Int: KafkaError] = [:]

        func results(of records: [ProducerRecord]) -> [Result<RecordMetadata, KafkaError>] {
            zip(records, places).enumerated().map { index, sent in
                if !failures.isEmpty, let failure = failures[index] { return .failure(failure) }
                let (record, place) = sent
                return .success(
                    RecordMetadata(topic: record.topic, partition: place.partition, offset: place.offset)
                )
            }
        }
    }

    /// Where a record stands: small, since there is one for each record under way.
    struct Place: Sendable {
        fileprivate(set) var offset: Int64 = 0
        fileprivate(set) var partition: Int32 = 0
        fileprivate(set) var isReported = false
    }

    let records: [ProducerRecord]
    let promise = OneShot<Outcomes>()
    /// Where it stands in the table of those under way, once it does.
    var slot: Int?
    /// Grows with each dispatch.
    var number: UInt = 0
    /// How many records the library has had, or refused.
    private(set) var next = 0
    /// Accepted by the library, no report yet.
    private(set) var underWay = 0
    private var outcomes: Outcomes

    init(_ records: [ProducerRecord]) {
        self.records = records
        outcomes = Outcomes(places: [Place](repeating: Place(), count: records.count))
    }

    var isHandedOver: Bool { next == records.count }
    var waiting: Int { records.count - next }
    /// Nothing of it is anywhere any more.
    var isOver: Bool { isHandedOver && underWay == 0 }

    func accepted() {
        next += 1
        underWay += 1
    }

    func refused(_ error: KafkaError) {
        fail(next, error.with(outcome: .notPersisted))
        next += 1
    }

    func reported(_ index: Int, partition: Int32, offset: Int64) {
        guard took(index) else { return }
        outcomes.places[index] = Place(offset: offset, partition: partition, isReported: true)
    }

    func reported(_ index: Int, _ error: KafkaError) {
        guard took(index) else { return }
        fail(index, error)
    }

    /// What the library still has is written off: no report of it will come.
    func abandonUnderWay(_ error: KafkaError) {
        for index in 0..<next where !outcomes.places[index].isReported {
            fail(index, error.with(outcome: .possiblyPersisted))
        }
        underWay = 0
    }

    /// What the library hasn't had yet is not going to be handed over.
    func withdrawWaiting(_ error: KafkaError) {
        while !isHandedOver { refused(error) }
    }

    /// Tells the caller at once; reports that still come only count.
    func giveUp(_ error: KafkaError) {
        withdrawWaiting(error)
        var told = outcomes
        for index in told.places.indices where !told.places[index].isReported {
            told.failures[index] = error.with(outcome: .possiblyPersisted)
        }
        promise.settle(.success(told))
    }

    func tellIfOver() {
        if isOver { promise.settle(.success(outcomes)) }
    }

    private func took(_ index: Int) -> Bool {
        guard outcomes.places.indices.contains(index), !outcomes.places[index].isReported else {
            return false
        }
        underWay -= 1
        return true
    }

    private func fail(_ index: Int, _ error: KafkaError) {
        outcomes.places[index].isReported = true
        outcomes.failures[index] = error
    }
}
