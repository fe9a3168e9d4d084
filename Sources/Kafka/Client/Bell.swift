import CRdkafka
import Glibc

/// Wakes a client's thread: an event counter that the library's queues and the callers both ring.
final class Bell: Sendable {
    let descriptor: Int32

    init() throws(KafkaError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else {
            throw .coded(.state, "no event counter could be made: errno \(errno)")
        }
    }

    deinit {
        close(descriptor)
    }

    func ring() {
        var one: UInt64 = 1
        // Fails only when the counter is at its end, and then it wakes all the same.
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    /// Returns when rung, or when the time is over.
    func wait(milliseconds: Int32) {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, milliseconds) > 0 else { return }
        var count: UInt64 = 0
        _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
    }

    /// Lets a queue of the library ring.
    func attach(to queue: OpaquePointer) {
        var one: UInt64 = 1
        rd_kafka_queue_io_event_enable(queue, descriptor, &one, MemoryLayout<UInt64>.size)
    }

    static func detach(from queue: OpaquePointer) {
        rd_kafka_queue_io_event_enable(queue, -1, nil, 0)
    }
}
