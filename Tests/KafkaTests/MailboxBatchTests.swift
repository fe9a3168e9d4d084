import Synchronization
import Testing

@testable import Kafka

@Suite struct MailboxBatchTests {
    private func message(
        _ topic: String,
        _ offset: Int64,
        partition: Int32 = 0,
        bytes: Int = 1
    ) -> KafkaMessage {
        KafkaMessage(
            topic: topic,
            partition: partition,
            offset: offset,
            value: [UInt8](repeating: 0, count: bytes)
        )
    }

    private func next(_ mailbox: Mailbox, _ count: Int = 100) async throws -> [String] {
        switch try await mailbox.next(atMost: count) {
        case .messages(let messages): messages.map { "\($0.topic) \($0.offset)" }
        case .turn(.message): ["a message as an event"]
        case .turn(.assigned): ["assigned"]
        case .turn(.revoking): ["revoking"]
        case .turn(.lost): ["lost"]
        case nil: []
        }
    }

    @Test func `a batch is of one topic, no longer than was asked for, and topics take turns`() async throws {
        let mailbox = Mailbox(topics: ["x", "y"], capacity: 8) {}
        mailbox.put([message("x", 0), message("x", 1), message("x", 2)])
        mailbox.put([message("y", 0)])
        mailbox.put([message("x", 3)])
        #expect(mailbox.count("x") == 4)
        #expect(try await next(mailbox, 2) == ["x 0", "x 1"])
        #expect(try await next(mailbox, 2) == ["y 0"])
        #expect(mailbox.oldest() == [TopicPartition(topic: "x", partition: 0): 2])
        #expect(try await next(mailbox, 3) == ["x 2", "x 3"])
        #expect(mailbox.room("x") == 8)
    }

    @Test func `short batches make a longer one, one by one and together come to the same`() async throws {
        let mailbox = Mailbox(topics: ["x"], capacity: 99) {}
        for offset: Int64 in stride(from: 0, to: 12, by: 3) {
            mailbox.put((offset..<offset + 3).map { message("x", $0) })
        }
        guard case .message(let first) = try await mailbox.next() else {
            Issue.record("no message")
            return
        }
        #expect(first.offset == 0)
        #expect(try await next(mailbox, 6) == (1..<7).map { "x \($0)" })
        #expect(try await next(mailbox) == (7..<12).map { "x \($0)" })
        #expect(mailbox.room("x") == 99)
    }

    @Test func `who waits gets a batch at once`() async throws {
        let mailbox = Mailbox(topics: ["x"], capacity: 8) {}
        async let heard = next(mailbox, 2)
        mailbox.put([message("x", 0), message("x", 1), message("x", 2)])
        let first = try await heard
        let second = try await next(mailbox)
        #expect(first + second == ["x 0", "x 1", "x 2"])
        #expect(first.count == 2)
    }

    @Test func `a revocation between batches comes alone, and what it takes comes no more`() async throws {
        let mailbox = Mailbox(topics: ["x"], capacity: 8) {}
        mailbox.put([message("x", 0), message("x", 1), message("x", 5, partition: 1), message("x", 2)])
        #expect(try await next(mailbox, 1) == ["x 0"])
        let going = [TopicPartition(topic: "x", partition: 0)]
        mailbox.drop(going)
        mailbox.put(.revoking(Revocation(partitions: going, limit: .seconds(1)) {}))
        #expect(try await next(mailbox) == ["revoking"])
        #expect(try await next(mailbox) == ["x 5"])
    }

    @Test func `a topic held between batches stays, and goes on where it was`() async throws {
        let mailbox = Mailbox(topics: ["x", "y"], capacity: 8) {}
        mailbox.put([message("x", 0), message("x", 1)])
        mailbox.put([message("y", 0), message("y", 1)])
        #expect(try await next(mailbox, 1) == ["x 0"])
        mailbox.hold("x")
        #expect(try await next(mailbox, 1) == ["y 0"])
        #expect(try await next(mailbox) == ["y 1"])
        #expect(mailbox.count("x") == 1)
        async let heard = next(mailbox)
        mailbox.release("x")
        #expect(try await heard == ["x 1"])
    }

    @Test func `a task that is cancelled while it waits gets nothing and takes nothing along`() async throws {
        let mailbox = Mailbox(topics: ["x"], capacity: 8) {}
        let waiting = Task { try await next(mailbox) }
        waiting.cancel()
        #expect(try await waiting.value.isEmpty)
        mailbox.put([message("x", 0), message("x", 1)])
        #expect(try await next(mailbox) == ["x 0", "x 1"])
        mailbox.finish(.success(()))
        #expect(try await next(mailbox).isEmpty)
    }

    @Test func `bytes fill a box as messages do, and bound a batch`() async throws {
        let mailbox = Mailbox(topics: ["x"], capacity: 8, bytes: 1 << 20) {}
        mailbox.put((0..<3).map { message("x", $0, bytes: 300 << 10) })
        #expect(mailbox.room("x") == 5)
        mailbox.put(message("x", 3, bytes: 300 << 10))
        #expect(mailbox.room("x") == 0)
        #expect(try await next(mailbox) == ["x 0"])
        #expect(mailbox.room("x") == 5)
        mailbox.drop([TopicPartition(topic: "x", partition: 0)])
        #expect(mailbox.room("x") == 8)
    }

    @Test(arguments: [1, 3])
    func `whoever fills is woken once for each time a box was full, when half is empty`(
        batch: Int
    ) async throws {
        let wakes = Mutex(0)
        let mailbox = Mailbox(topics: ["x"], capacity: 6) { wakes.withLock { $0 += 1 } }
        mailbox.put((0..<5).map { message("x", $0) })
        for _ in 0..<5 { _ = try await mailbox.next() }
        #expect(wakes.withLock { $0 } == 0)
        mailbox.put((5..<11).map { message("x", $0) })
        var left = 6
        while left > 0 {
            left -= try await next(mailbox, batch).count
            #expect(wakes.withLock { $0 } == (left <= 3 ? 1 : 0))
        }
    }
}

extension Mailbox {
    fileprivate func put(_ messages: [KafkaMessage]) {
        put(messages, bytes: messages.reduce(0) { $0 + $1.weight })
    }
}
