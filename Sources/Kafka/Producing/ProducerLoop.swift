import CRdkafka
import Logging

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
        /// No handle is to be had any more: every send is told why.
        case failed(KafkaError)
        case over
    }

    private static let reportsAtOnce = 1000
    private static let purgeLimit: Duration = .seconds(2)

    private var client: NativeClient
    private let makeClient: @Sendable () throws(KafkaError) -> NativeClient
    private var recovery = ProducerRecovery()
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

    init(client: NativeClient, makeClient: @escaping @Sendable () throws(KafkaError) -> NativeClient) {
        self.client = client
        self.makeClient = makeClient
    }

    var isOver: Bool {
        if case .over = life { true } else { false }
    }

    func send(_ record: ProducerRecord, _ promise: OneShot<RecordMetadata>) {
        if case .failed(let error) = life {
            promise.settle(.failure(error.with(outcome: .notPersisted)))
            return
        }
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
        switch life {
        case .open: life = .closing(until: deadline)
        case .failed: life = .over
        case .closing, .purging, .over: return
        }
    }

    func serve(at now: ContinuousClock.Instant) -> Bool {
        let more = client.drain(client.control, limit: Self.reportsAtOnce) { event in
            guard rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR else { return }
            while let message = rd_kafka_event_message_next(event) { report(message) }
        }
        serveRecovery(at: now)
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
        guard !recovery.isUnderWay else { return }
        while let next = waiting.first {
            // Cancelled while it waited.
            guard promises[next.id] != nil else {
                _ = waiting.popFirst()
                continue
            }
            let refusal = client.produce(next.record, id: next.id)
            // A report makes room, and rings. A fatal one is seen to at the next turn.
            if let refusal, refusal.code == .queueFull || refusal.code == .fatal { return }
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
            // With a new handle it may be tried again.
            settle(id, .failure(error.isFatal && recovery.hasRoom ? error.survived : error))
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

    /// A fatal error ends a handle, not the producer: reports of what was under way are awaited, then a new
    /// handle is made.
    private func serveRecovery(at now: ContinuousClock.Instant) {
        guard case .open = life else { return }
        if !recovery.isUnderWay {
            guard let fatal = client.fatalCause else { return }
            guard recovery.begin(at: now) else {
                give(up: fatal)
                return
            }
            client.logger.info("Kafka producer begins anew", metadata: ["error": "\(fatal)"])
            rd_kafka_purge(client.handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        }
        guard recovery.isDue(underWay.isEmpty, at: now) else { return }
        for id in underWay {
            settle(id, .failure(.coded(.fatal, "send", outcome: .possiblyPersisted).survived))
        }
        underWay = []
        do throws(KafkaError) {
            let fresh = try makeClient()
            client.destroy()
            client = fresh
        } catch {
            give(up: error)
        }
        recovery.end()
    }

    private func give(up reason: KafkaError) {
        life = .failed(reason)
        rd_kafka_purge(client.handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        while let next = waiting.popFirst() {
            settle(next.id, .failure(reason.with(outcome: .notPersisted)))
        }
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
                flush.promise.settle(.failure(error.because(of: client.trouble)))
            } else {
                return false
            }
            return true
        }
    }

    private func serveLife(at now: ContinuousClock.Instant) {
        let isIdle = underWay.isEmpty && waiting.isEmpty
        switch life {
        case .open, .failed, .over:
            return
        case .closing(let deadline):
            if isIdle {
                life = .over
            } else if now >= deadline || client.fatalCause != nil {
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
