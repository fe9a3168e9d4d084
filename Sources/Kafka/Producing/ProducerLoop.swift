import CRdkafka
import Logging

/// A producer's thread: a queue of records that wait for room, a table of those under way.
final class ProducerLoop: ClientLoop {
    private struct Flush {
        /// Numbers grow, so that all sent before are at most this one.
        let last: UInt
        /// How many of those sent before aren't over.
        var left: Int
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

    private var handle: ProducerHandle
    private let makeClient: @Sendable () throws(KafkaError) -> NativeClient
    private var recovery = ProducerRecovery()
    private var life = Life.open
    private var table = DispatchTable()
    /// Those of the table that wait for room, or for a new handle.
    private var waiting = FIFO<Dispatch>()
    private var flushes: [Flush] = []
    private var closers: [OneShot<Void>] = []

    init(client: NativeClient, makeClient: @escaping @Sendable () throws(KafkaError) -> NativeClient) {
        handle = ProducerHandle(client)
        self.makeClient = makeClient
    }

    var isOver: Bool {
        if case .over = life { true } else { false }
    }

    private var client: NativeClient { handle.client }

    func send(_ dispatch: Dispatch) {
        if case .failed(let error) = life { return dispatch.giveUp(error) }
        guard case .open = life else { return dispatch.giveUp(.closed("the producer")) }
        table.insert(dispatch)
        // Whoever waits already goes first.
        guard waiting.isEmpty, !recovery.isUnderWay, handOver(dispatch) else {
            return waiting.append(dispatch)
        }
    }

    func cancel(_ dispatch: Dispatch) {
        guard dispatch.slot != nil else { return }
        dispatch.giveUp(.cancelled("send"))
        retireIfOver(dispatch)
    }

    func flush(until deadline: ContinuousClock.Instant, _ promise: OneShot<Void>) {
        flushes.append(
            Flush(last: table.lastNumber, left: table.count, deadline: deadline, promise: promise)
        )
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
            var works = false
            while let message = rd_kafka_event_message_next(event) {
                if report(message) { works = true }
            }
            if works { client.hasWorked() }
        }
        serveRecovery(at: now)
        produceWaiting()
        serveFlushes(at: now)
        serveLife(at: now)
        return more && !isOver
    }

    var endsQuickly: Bool { table.isQuiet }

    func settle() {
        life = .over
        for dispatch in table.live { dispatch.giveUp(.closed("the producer")) }
        for flush in flushes { flush.promise.settle(.failure(.closed("the producer"))) }
        for closer in closers { closer.settle(.success(())) }
    }

    func destroy() {
        handle.destroy()
    }

    private func produceWaiting() {
        guard !recovery.isUnderWay else { return }
        while let next = waiting.first {
            guard handOver(next) else { return }
            _ = waiting.popFirst()
        }
    }

    /// Gives the library what it hasn't had of a dispatch; false if there is no room now.
    private func handOver(_ dispatch: Dispatch) -> Bool {
        // Without a slot it was given up while it waited.
        while !dispatch.isHandedOver, let slot = dispatch.slot {
            let index = dispatch.next
            let refusal = handle.produce(dispatch.records[index], Ticket(slot: slot, index: index))
            // A report makes room, and rings. A fatal one is seen to at the next turn.
            if let refusal, refusal.code == .queueFull || refusal.code == .fatal { return false }
            if let refusal { dispatch.refused(refusal) } else { dispatch.accepted() }
        }
        retireIfOver(dispatch)
        return true
    }

    /// Returns whether the record has arrived.
    private func report(_ message: UnsafePointer<rd_kafka_message_t>) -> Bool {
        let ticket = Ticket(message.pointee._private)
        guard let dispatch = table[ticket] else { return false }
        let error = client.deliveryError(message)
        if let error {
            // With a new handle it may be tried again.
            dispatch.reported(ticket.index, error.isFatal && recovery.hasRoom ? error.survived : error)
        } else {
            let (partition, offset) = (message.pointee.partition, message.pointee.offset)
            dispatch.reported(ticket.index, partition: partition, offset: offset)
        }
        retireIfOver(dispatch)
        return error == nil
    }

    private func retireIfOver(_ dispatch: Dispatch) {
        guard dispatch.isOver, dispatch.slot != nil else { return }
        table.remove(dispatch)
        dispatch.tellIfOver()
        for index in flushes.indices where dispatch.number <= flushes[index].last {
            flushes[index].left -= 1
        }
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
            handle.purge()
        }
        guard recovery.isDue(table.isQuiet, at: now) else { return }
        for dispatch in table.live {
            dispatch.abandonUnderWay(.coded(.fatal, "send").survived)
            retireIfOver(dispatch)
        }
        do throws(KafkaError) {
            let fresh = try makeClient()
            handle.destroy()
            handle = ProducerHandle(fresh)
        } catch {
            give(up: error)
        }
        recovery.end()
    }

    private func give(up reason: KafkaError) {
        life = .failed(reason)
        handle.purge()
        withdrawWaiting(reason)
    }

    private func withdrawWaiting(_ reason: KafkaError) {
        while let next = waiting.popFirst() {
            next.withdrawWaiting(reason)
            retireIfOver(next)
        }
    }

    private func serveFlushes(at now: ContinuousClock.Instant) {
        guard !flushes.isEmpty else { return }
        flushes.removeAll { flush in
            if flush.left == 0 {
                flush.promise.settle(.success(()))
            } else if now >= flush.deadline {
                let count = table.live.reduce(0) { $0 + $1.underWay + $1.waiting }
                let error = KafkaError.coded(.timedOut, "flush: \(count) records still wait for a broker")
                flush.promise.settle(.failure(error.because(of: client.trouble)))
            } else {
                return false
            }
            return true
        }
    }

    private func serveLife(at now: ContinuousClock.Instant) {
        switch life {
        case .open, .failed, .over:
            return
        case .closing(let deadline):
            if table.count == 0 {
                life = .over
            } else if now >= deadline || client.fatalCause != nil {
                handle.purge()
                withdrawWaiting(.closed("the producer"))
                life = .purging(until: now + Self.purgeLimit)
            }
        case .purging(let deadline):
            if table.count == 0 || now >= deadline { life = .over }
        }
    }
}
