import CRdkafka
import Foundation

/// The C library called as its own examples do: what Berth's layers are measured against.
final class RawClient {
    let handle: OpaquePointer

    init(_ kind: rd_kafka_type_t, _ properties: [String: String]) throws {
        var reason = [CChar](repeating: 0, count: 512)
        let configuration = rd_kafka_conf_new()
        for (name, value) in properties {
            guard rd_kafka_conf_set(configuration, name, value, &reason, reason.count) == RD_KAFKA_CONF_OK
            else {
                rd_kafka_conf_destroy(configuration)
                throw BenchFailure("\(name)=\(value) is refused")
            }
        }
        if kind == RD_KAFKA_PRODUCER {
            rd_kafka_conf_set_dr_msg_cb(configuration) { _, message, opaque in
                guard let message, let opaque else { return }
                let count = opaque.assumingMemoryBound(to: DeliveryCount.self)
                count.pointee.delivered += 1
                if message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR { count.pointee.failed += 1 }
            }
            rd_kafka_conf_set_opaque(configuration, counts)
        }
        guard let handle = rd_kafka_new(kind, configuration, &reason, reason.count) else {
            rd_kafka_conf_destroy(configuration)
            throw BenchFailure("no raw client can be made")
        }
        self.handle = handle
    }

    deinit {
        rd_kafka_destroy(handle)
        counts.deallocate()
    }

    struct DeliveryCount {
        var delivered = 0
        var failed = 0
    }

    /// Written by the report's callback, which runs inside `rd_kafka_poll` of this thread.
    let counts: UnsafeMutablePointer<DeliveryCount> = {
        let counts = UnsafeMutablePointer<DeliveryCount>.allocate(capacity: 1)
        counts.initialize(to: DeliveryCount())
        return counts
    }()
}

extension RawClient {
    func subscribe(_ topic: String) throws {
        rd_kafka_poll_set_consumer(handle)
        let list = rd_kafka_topic_partition_list_new(1)
        rd_kafka_topic_partition_list_add(list, topic, -1)
        defer { rd_kafka_topic_partition_list_destroy(list) }
        guard rd_kafka_subscribe(handle, list) == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw BenchFailure("no subscription to \(topic)")
        }
    }

    /// Takes that many messages; the time runs from the first.
    func consume(_ count: Int, within limit: Duration, _ look: (borrowing rd_kafka_message_t) -> Void) throws
        -> Pace
    {
        let deadline = ContinuousClock.now + limit
        var start: Usage?
        var taken = 0
        while taken < count {
            guard let message = rd_kafka_consumer_poll(handle, 100) else {
                guard ContinuousClock.now < deadline else {
                    throw BenchFailure("\(taken) of \(count) messages came")
                }
                continue
            }
            defer { rd_kafka_message_destroy(message) }
            guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            if start == nil { start = .now() }
            look(message.pointee)
            taken += 1
        }
        guard let start else { throw BenchFailure("nothing came") }
        return Pace(messages: count, from: start, to: .now())
    }

    func closeConsumer() {
        rd_kafka_consumer_close(handle)
    }
}

extension RawClient {
    /// Produces with that many in flight at most, and waits for each acknowledgement.
    func produce(_ count: Int, inFlight: Int, to topic: String, _ make: (Int) -> RawRecord) throws -> Pace {
        let start = Usage.now()
        counts.pointee = DeliveryCount()
        var sent = 0
        while counts.pointee.delivered < count {
            while sent < count, sent - counts.pointee.delivered < inFlight {
                guard produce(make(sent), to: topic) else { break }
                sent += 1
            }
            rd_kafka_poll(handle, sent - counts.pointee.delivered < inFlight && sent < count ? 0 : 10)
        }
        guard counts.pointee.failed == 0 else {
            throw BenchFailure("\(counts.pointee.failed) weren't delivered")
        }
        return Pace(messages: count, from: start, to: .now())
    }

    private func produce(_ record: RawRecord, to topic: String) -> Bool {
        topic.withCString { topic in
            record.key.withUnsafeBytes { key in
                record.value.withUnsafeBytes { value in
                    var fields = [rd_kafka_vu_t](repeating: rd_kafka_vu_t(), count: 5)
                    fields[0].vtype = RD_KAFKA_VTYPE_TOPIC
                    fields[0].u.cstr = topic
                    fields[1].vtype = RD_KAFKA_VTYPE_KEY
                    fields[1].u.mem.ptr = UnsafeMutableRawPointer(mutating: key.baseAddress)
                    fields[1].u.mem.size = key.count
                    fields[2].vtype = RD_KAFKA_VTYPE_VALUE
                    fields[2].u.mem.ptr = UnsafeMutableRawPointer(mutating: value.baseAddress)
                    fields[2].u.mem.size = value.count
                    fields[3].vtype = RD_KAFKA_VTYPE_MSGFLAGS
                    fields[3].u.i = RD_KAFKA_MSG_F_COPY
                    fields[4].vtype = RD_KAFKA_VTYPE_PARTITION
                    fields[4].u.i32 = record.partition
                    let error = rd_kafka_produceva(handle, &fields, fields.count)
                    defer { if let error { rd_kafka_error_destroy(error) } }
                    return error == nil
                }
            }
        }
    }
}

struct RawRecord {
    /// -1: by the key.
    var partition: Int32 = -1
    var key: [UInt8]
    var value: [UInt8]
}
