import Synchronization
import Testing

@testable import Kafka

@Suite struct MailboxTests {
    private func message(_ topic: String, _ offset: Int64, partition: Int32 = 0) -> KafkaMessage {
        KafkaMessage(topic: topic, partition: partition, offset: offset)
    }

    private func next(_ mailbox: Mailbox) async throws -> String {
        switch try await mailbox.next() {
        case .message(let message): "\(message.topic) \(message.offset)"
        case .assigned: "assigned"
        case .revoking: "revoking"
        case .lost: "lost"
        case nil: "end"
        }
    }

    @Test func `topics take turns and keep their order`() async throws {
        let mailbox = Mailbox(topics: ["x", "y"], capacity: 8) {}
        for offset: Int64 in 0..<2 {
            mailbox.put(message("x", offset))
            mailbox.put(message("y", offset))
        }
        var heard: [String] = []
        for _ in 0..<4 { heard.append(try await next(mailbox)) }
        #expect(heard == ["x 0", "y 0", "x 1", "y 1"])
    }

    @Test func `what happens to partitions overtakes messages and a held topic`() async throws {
        let mailbox = Mailbox(topics: ["x", "y"], capacity: 8) {}
        mailbox.put(message("x", 0))
        mailbox.put(message("y", 0))
        mailbox.hold("x")
        mailbox.put(.lost([]))
        #expect(try await next(mailbox) == "lost")
        #expect(try await next(mailbox) == "y 0")
        mailbox.release("x")
        #expect(try await next(mailbox) == "x 0")
    }

    @Test func `a waiting task hears what comes and a released topic`() async throws {
        let mailbox = Mailbox(topics: ["x"], capacity: 8) {}
        mailbox.hold("x")
        mailbox.put(message("x", 7))
        async let heard = next(mailbox)
        mailbox.release("x")
        #expect(try await heard == "x 7")
    }

    @Test func `messages of a dropped partition are gone and others stay`() async throws {
        let mailbox = Mailbox(topics: ["x"], capacity: 8) {}
        mailbox.put(message("x", 1, partition: 0))
        mailbox.put(message("x", 2, partition: 1))
        mailbox.drop([TopicPartition(topic: "x", partition: 0)])
        #expect(mailbox.room("x") == 7)
        #expect(try await next(mailbox) == "x 2")
    }

    @Test func `the end comes to who waits and to who asks later`() async throws {
        let mailbox = Mailbox(topics: ["x"], capacity: 8) {}
        async let heard = next(mailbox)
        mailbox.finish(.success(()))
        #expect(try await heard == "end")
        #expect(try await next(mailbox) == "end")
        mailbox.put(message("x", 1))
        #expect(try await next(mailbox) == "end")
    }

    @Test func `a cancelled task gets the end and the box goes on`() async throws {
        let mailbox = Mailbox(topics: ["x"], capacity: 8) {}
        let waiting = Task { try await next(mailbox) }
        waiting.cancel()
        #expect(try await waiting.value == "end")
        mailbox.put(message("x", 1))
        #expect(try await next(mailbox) == "x 1")
    }

    @Test func `what lies ready counts from when it could be taken, and anew with each that is`()
        async throws
    {
        let clock = ManualNow()
        let mailbox = Mailbox(topics: ["x", "y"], capacity: 8, now: { clock.now }) {}
        #expect(mailbox.waitingSince == nil)
        mailbox.hold("x")
        mailbox.put(message("x", 0))
        #expect(mailbox.waitingSince == nil)
        let released = clock.advance()
        mailbox.release("x")
        clock.advance()
        mailbox.put(message("x", 1))
        #expect(mailbox.waitingSince == released)
        let taken = clock.advance()
        _ = try await next(mailbox)
        #expect(mailbox.waitingSince == taken)
        mailbox.drop([TopicPartition(topic: "x", partition: 0)])
        #expect(mailbox.waitingSince == nil)
        // What happens to partitions can't be held.
        let lost = clock.advance()
        mailbox.hold("x")
        mailbox.put(.lost([]))
        #expect(mailbox.waitingSince == lost)
        _ = try await next(mailbox)
        #expect(mailbox.waitingSince == nil)
    }

    @Test func `who waits gets what comes, so that nothing lies ready`() async throws {
        let mailbox = Mailbox(topics: ["x"], capacity: 8) {}
        async let heard = next(mailbox)
        mailbox.put(message("x", 7))
        #expect(try await heard == "x 7")
        #expect(mailbox.waitingSince == nil)
        #expect(mailbox.oldest().isEmpty)
    }
}

/// A clock that a test moves.
private final class ManualNow: Sendable {
    private let instant = Mutex(ContinuousClock.now)
    var now: ContinuousClock.Instant { instant.withLock { $0 } }

    @discardableResult
    func advance() -> ContinuousClock.Instant {
        instant.withLock { instant in
            instant += .seconds(1)
            return instant
        }
    }
}
