import CRdkafka

/// A producer's thread: a queue of records that wait for room, a table of those under way.
final class ProducerLoop: ClientLoop {
    private struct Outgoing {
        let id: UInt
        let record: ProducerRecord
    }

    private struct Flush {
        /// Ids grow, so that all sent before are at most this one.
        let last: UInt
        let deadline: ContinuousClock.Instant
        let promise: OneShot<Void>
    }

    private enum Life {
        case open
        case closing(until: ContinuousClock.Instant)
        /// What was left has been given up; its reports are awaited.
        case purging(until: ContinuousClock.Instant)
        case over
    }

    private static let reportsAtOnce = 1000
    private static let purgeLimit: Duration = .seconds(2)

    private let client: NativeClient
    private var life = Life.open
    private var lastID: UInt = 0
    /// Bounded by the tasks that send: each is suspended.
    private var waiting = FIFO<Outgoing>()
    private var promises: [UInt: OneShot<RecordMetadata>] = [:]
    private var ids: [ObjectIdentifier: UInt] = [:]
    /// Accepted by the library, no report yet.
    private var underWay: Set<UInt> = []
    private var flushes: [Flush] = []
    private var closers: [OneShot<Void>] = []

    init(client: NativeClient) {
        self.client = client
    }

    var isOver: Bool {
        if case .over = life { true } else { false }
    }

    func send(_ record: ProducerRecord, _ promise: OneShot<RecordMetadata>) {
        guard case .open = life else {
            promise.settle(.failure(.closed("the producer", outcome: .notPersisted)))
            return
        }
        lastID += 1
        promises[lastID] = promise
        ids[ObjectIdentifier(promise)] = lastID
        waiting.append(Outgoing(id: lastID, record: record))
        produceWaiting()
    }

    func cancel(_ identifier: ObjectIdentifier) {
        guard let id = ids[identifier] else { return }
        let outcome: KafkaError.Outcome = underWay.contains(id) ? .possiblyPersisted : .notPersisted
        settle(id, .failure(.cancelled("send", outcome: outcome)))
    }

    func flush(until deadline: ContinuousClock.Instant, _ promise: OneShot<Void>) {
        flushes.append(Flush(last: lastID, deadline: deadline, promise: promise))
    }

    func close(until deadline: ContinuousClock.Instant, _ promise: OneShot<Void>? = nil) {
        if let promise { closers.append(promise) }
        if case .open = life { life = .closing(until: deadline) }
    }

    func serve(at now: ContinuousClock.Instant) -> Bool {
        let more = client.drain(client.control, limit: Self.reportsAtOnce) { event in
            guard rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR else { return }
            while let message = rd_kafka_event_message_next(event) { report(message) }
        }
        produceWaiting()
        serveFlushes(at: now)
        serveLife(at: now)
        return more && !isOver
    }

    var endsQuickly: Bool { underWay.isEmpty }

    func settle() {
        life = .over
        for id in Array(promises.keys) {
            let outcome: KafkaError.Outcome = underWay.contains(id) ? .possiblyPersisted : .notPersisted
            settle(id, .failure(.closed("the producer", outcome: outcome)))
        }
        for flush in flushes { flush.promise.settle(.failure(.closed("the producer"))) }
        for closer in closers { closer.settle(.success(())) }
    }

    func destroy() {
        client.destroy()
    }

    private func produceWaiting() {
        while let next = waiting.first {
            // Cancelled while it waited.
            guard promises[next.id] != nil else {
                _ = waiting.popFirst()
                continue
            }
            let refusal = client.produce(next.record, id: next.id)
            if let refusal, refusal.code == .queueFull { return }
            _ = waiting.popFirst()
            if let refusal {
                settle(next.id, .failure(refusal.with(outcome: .notPersisted)))
            } else {
                underWay.insert(next.id)
            }
        }
    }

    private func report(_ message: UnsafePointer<rd_kafka_message_t>) {
        let id = UInt(bitPattern: message.pointee._private)
        underWay.remove(id)
        if let error = client.deliveryError(message) {
            settle(id, .failure(error))
        } else {
            client.hasWorked()
            let topic = message.pointee.rkt.flatMap { rd_kafka_topic_name($0) }.map { String(cString: $0) }
            let place = RecordMetadata(
                topic: topic ?? "",
                partition: message.pointee.partition,
                offset: message.pointee.offset
            )
            settle(id, .success(place))
        }
    }

    private func settle(_ id: UInt, _ result: Result<RecordMetadata, KafkaError>) {
        guard let promise = promises.removeValue(forKey: id) else { return }
        ids[ObjectIdentifier(promise)] = nil
        promise.settle(result)
    }

    private func serveFlushes(at now: ContinuousClock.Instant) {
        guard !flushes.isEmpty else { return }
        let oldest = min(underWay.min() ?? .max, waiting.first?.id ?? .max)
        flushes.removeAll { flush in
            if oldest > flush.last {
                flush.promise.settle(.success(()))
            } else if now >= flush.deadline {
                let count = underWay.count + waiting.count
                let error = KafkaError.coded(.timedOut, "flush: \(count) records still wait for a broker")
                flush.promise.settle(.failure(error.with(outcome: nil, hint: client.trouble?.reason)))
            } else {
                return false
            }
            return true
        }
    }

    private func serveLife(at now: ContinuousClock.Instant) {
        let isIdle = underWay.isEmpty && waiting.isEmpty
        switch life {
        case .open, .over:
            return
        case .closing(let deadline):
            if isIdle {
                life = .over
            } else if now >= deadline {
                rd_kafka_purge(client.handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
                while let next = waiting.popFirst() {
                    settle(next.id, .failure(.closed("the producer", outcome: .notPersisted)))
                }
                life = .purging(until: now + Self.purgeLimit)
            }
        case .purging(let deadline):
            if isIdle || now >= deadline { life = .over }
        }
    }
}
