import CRdkafka
import Logging
import Metrics
import Synchronization

/// A handle of the library with the queue on which its events come.
///
/// Made by whoever opens a client, so that a refused property is told at once; used and ended by the client's
/// thread.
final class NativeClient: @unchecked Sendable {
    // Sendable: the library's handles may be used from any thread, and the variables are touched by the
    // loop's alone.
    typealias Kind = KafkaConfiguration.Client

    let handle: OpaquePointer
    /// Everything but the messages of a consumer comes here.
    let control: OpaquePointer
    let logger: Logger
    /// The last error that concerns the whole client, such as a refused connection: it explains later
    /// timeouts.
    private(set) var trouble: KafkaError?
    /// Whether any question was ever answered: until then the caller's own error says what is wrong.
    private(set) var hasEverWorked = false
    /// Set from any thread by whoever closes: a question under way is given up soon.
    let isAbandoned = Atomic(false)
    let now: Now
    private let tokens: TokenRefresh?
    private let metrics: ClientMetrics
    /// Counts the errors heard, so that a loop can tell a new one from an old one.
    private(set) var troubles = 0

    init(
        _ kind: Kind,
        _ configuration: KafkaConfiguration,
        defaults: [String: String],
        fixed: [String: String] = [:],
        bell: Bell,
        logger: Logger,
        now: @escaping Now = { .now }
    ) throws(KafkaError) {
        let native = try NativeConfiguration(
            configuration,
            for: kind,
            defaults: kind.defaults.merging(defaults) { $1 },
            fixed: fixed
        )
        tokens = native.installTokens(configuration.tokens)
        handle = try native.makeHandle(kind == .producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER)
        control = rd_kafka_queue_new(handle)
        self.logger = logger
        self.now = now
        metrics = ClientMetrics(kind, factory: configuration.metrics ?? MetricsSystem.factory)
        // What the library queues goes on to `control`, on which alone the bell may hang.
        forward(rd_kafka_queue_get_main(handle))
        if kind == .member {
            rd_kafka_poll_set_consumer(handle)
            forward(rd_kafka_queue_get_consumer(handle))
        }
        rd_kafka_set_log_queue(handle, control)
        bell.attach(to: control)
        if let error = tokens?.begin(handle) {
            destroy()
            throw error
        }
    }

    private func forward(_ queue: OpaquePointer?) {
        guard let queue else { return }
        rd_kafka_queue_forward(queue, control)
        rd_kafka_queue_destroy(queue)
    }

    /// Forgets old trouble, once something has worked again.
    func hasWorked() {
        trouble = nil
        hasEverWorked = true
    }

    /// Takes up to `limit` events; returns true if the limit, not emptiness, ended it.
    func drain(_ queue: OpaquePointer, limit: Int, _ handleEvent: (OpaquePointer) -> Void) -> Bool {
        drain(queue, limit: limit) { event in
            handleEvent(event)
            return true
        }
    }

    /// Takes up to `limit` events, or until false is returned; returns true if emptiness didn't end it.
    func drain(_ queue: OpaquePointer, limit: Int, whileTrue handleEvent: (OpaquePointer) -> Bool) -> Bool {
        for _ in 0..<limit {
            guard let event = rd_kafka_queue_poll(queue, 0) else { return false }
            defer { rd_kafka_event_destroy(event) }
            switch rd_kafka_event_type(event) {
            case RD_KAFKA_EVENT_LOG:
                log(event)
                continue
            case RD_KAFKA_EVENT_STATS:
                measure(event)
                continue
            case RD_KAFKA_EVENT_ERROR:
                // It may concern one partition, of which the loop knows.
                note(event)
            default: break
            }
            guard handleEvent(event) else { return true }
        }
        return true
    }

    /// The error that ends this handle for good, if there is one.
    var fatalCause: KafkaError? {
        // Asked each time a loop looks around, and mostly there is none: the text is fetched only then.
        let code = rd_kafka_fatal_error(handle, nil, 0)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        var reason = [CChar](repeating: 0, count: 512)
        rd_kafka_fatal_error(handle, &reason, reason.count)
        let text = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return KafkaError(
            code: KafkaError.Code(code),
            name: KafkaError.Code(code).name,
            reason: text,
            isFatal: true,
            file: #fileID,
            line: #line
        )
    }

    /// Ends the handle; queues made from it must be given back before.
    func destroy() {
        tokens?.end()
        Bell.detach(from: control)
        rd_kafka_queue_destroy(control)
        rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
    }

    private func note(_ event: OpaquePointer) {
        let code = KafkaError.Code(rd_kafka_event_error(event))
        let text = rd_kafka_event_error_string(event).map { String(cString: $0) } ?? code.text
        let cause = Trouble(code: code, text: text)
        let error = KafkaError.coded(code, text, trouble: hasEverWorked ? cause?.afterWork : cause)
        troubles += 1
        // "All brokers are down" says less than the refusal heard before it.
        if code != .allBrokersDown || trouble == nil { trouble = error }
        logger.log(
            level: hasEverWorked ? .info : .debug,
            "Kafka client error",
            metadata: ["error": "\(error)", "advice": "\(error.advice)"]
        )
    }

    private func measure(_ event: OpaquePointer) {
        guard let text = rd_kafka_event_stats(event) else { return }
        do {
            metrics.record(try ClientStatistics(reading: String(cString: text)))
        } catch {
            logger.debug("Kafka's statistics can't be read", metadata: ["error": "\(error)"])
        }
    }

    private func log(_ event: OpaquePointer) {
        var facility: UnsafePointer<CChar>?
        var text: UnsafePointer<CChar>?
        var level: Int32 = 0
        guard rd_kafka_event_log(event, &facility, &text, &level) == 0 else { return }
        let topic = facility.map { String(cString: $0) } ?? ""
        // A library logs at info or below. A FAIL comes as an error too; properties of the other kind of
        // client are no news.
        let isNews = hasEverWorked && level <= 4 && topic != "CONFWARN" && topic != "FAIL"
        logger.log(
            level: isNews ? .info : .debug,
            "librdkafka",
            metadata: ["facility": "\(topic)", "text": "\(text.map { String(cString: $0) } ?? "")"]
        )
    }
}
