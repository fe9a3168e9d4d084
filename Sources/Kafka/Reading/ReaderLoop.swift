import CRdkafka
import Logging

/// A reader's thread.
final class ReaderLoop: ClientLoop {
    private struct Reading {
        let topic: OpaquePointer
        let queue: OpaquePointer
        /// Those that are read.
        var partitions: Set<Int32>
    }

    private static let eventsAtOnce = 1000
    /// A look at the topic blocks this thread no longer.
    private static let lookLimit: Duration = .seconds(2)

    private let client: NativeClient
    private let mailbox: Mailbox
    private let bell: Bell
    private let topic: String
    private let lookEvery: Duration
    private var nextLook: ContinuousClock.Instant
    private var reading: Reading?
    private var failure: KafkaError?
    private(set) var isOver = false

    init(client: NativeClient, mailbox: Mailbox, bell: Bell, topic: String, lookEvery: Duration) {
        self.client = client
        self.mailbox = mailbox
        self.bell = bell
        self.topic = topic
        self.lookEvery = lookEvery
        nextLook = client.now()
    }

    func close() {
        isOver = true
    }

    /// Blocks this thread for its questions to the brokers, at most until the deadline.
    func start(
        from start: TopicReader.Start,
        until deadline: ContinuousClock.Instant
    ) -> Result<[TopicPartition: Int64], KafkaError> {
        guard reading == nil else { return .failure(.coded(.state, "a reader starts once")) }
        guard !isOver else { return .failure(.closed("the reader")) }
        do throws(KafkaError) {
            let partitions = try client.partitions(of: topic, until: deadline)
            var offsets: [TopicPartition: Int64] = [:]
            for item in partitions {
                let marks = try client.watermarks(of: item, until: deadline)
                offsets[item] = start == .beginning ? marks.low : marks.high
            }
            if case .time(let milliseconds) = start {
                let found = try client.offsets(of: partitions, at: milliseconds, until: deadline)
                offsets.merge(found) { $1 }
            }
            try begin(offsets)
            return .success(offsets)
        } catch {
            return .failure(error)
        }
    }

    func serve(at now: ContinuousClock.Instant) -> Bool {
        var more = client.drain(client.control, limit: Self.eventsAtOnce) { take($0) }
        let room = mailbox.room(topic)
        if let reading, room > 0, client.drain(reading.queue, limit: room, take), mailbox.room(topic) > 0 {
            // The mailbox wakes us only after it was full.
            more = true
        }
        if reading != nil, now >= nextLook {
            look()
            nextLook = client.now() + lookEvery
        }
        if let fatal = client.fatalCause { fail(fatal) }
        return more && !isOver
    }

    let endsQuickly = true

    func settle() {
        mailbox.finish(failure.map { .failure($0) } ?? .success(()))
    }

    func destroy() {
        if let reading {
            for partition in reading.partitions { rd_kafka_consume_stop(reading.topic, partition) }
            Bell.detach(from: reading.queue)
            rd_kafka_queue_destroy(reading.queue)
            rd_kafka_topic_destroy(reading.topic)
        }
        client.destroy()
    }

    private func begin(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        guard let queue = rd_kafka_queue_new(client.handle) else {
            throw .coded(.state, "no queue can be made")
        }
        guard let native = rd_kafka_topic_new(client.handle, topic, nil) else {
            let error = KafkaError.Code(rd_kafka_last_error())
            rd_kafka_queue_destroy(queue)
            throw .coded(error, "read \(topic): \(error.text)")
        }
        bell.attach(to: queue)
        // Remembered before it begins, so that `destroy` stops whatever had begun.
        reading = Reading(topic: native, queue: queue, partitions: Set(offsets.keys.map(\.partition)))
        nextLook = client.now() + lookEvery
        for (item, offset) in offsets {
            guard rd_kafka_consume_start_queue(native, item.partition, offset, queue) == 0 else {
                let error = KafkaError.Code(rd_kafka_last_error())
                isOver = true
                throw .coded(error, "read \(item): \(error.text)")
            }
        }
    }

    /// Partitions that were added since are read from their start: what is in them came after ours.
    private func look() {
        guard let reading else { return }
        do throws(KafkaError) {
            let found = try client.partitions(of: reading.topic, until: client.now() + Self.lookLimit)
            for partition in Set(found).subtracting(reading.partitions).sorted() {
                let start = Int64(RD_KAFKA_OFFSET_BEGINNING)
                guard rd_kafka_consume_start_queue(reading.topic, partition, start, reading.queue) == 0 else {
                    continue
                }
                self.reading?.partitions.insert(partition)
                client.logger.info(
                    "Kafka topic has a new partition",
                    metadata: ["topic": "\(topic)", "partition": "\(partition)"]
                )
            }
        } catch {
            // Reading goes on, and the next look comes.
            client.logger.debug("Kafka topic can't be looked at", metadata: ["error": "\(error)"])
        }
    }

    private func fail(_ error: KafkaError) {
        failure = failure ?? error
        isOver = true
    }

    private func take(_ event: OpaquePointer) {
        guard rd_kafka_event_type(event) == RD_KAFKA_EVENT_FETCH else { return }
        while let native = rd_kafka_event_message_next(event) {
            if let error = KafkaError.unlessFine(native.pointee.err, "read \(topic)") {
                client.logger.info("Kafka can't be read", metadata: ["error": "\(error)"])
                // Missing rights come back with no retry; a deleted topic may be made again.
                if error.kind == .configuration, error.code != .unknownTopic { fail(error) }
            } else if let message = KafkaMessage(reading: native) {
                client.hasWorked()
                mailbox.put(message)
            }
        }
    }
}
