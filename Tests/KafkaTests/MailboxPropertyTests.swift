import Synchronization
import Testing

@testable import Kafka

/// Random use of a mailbox by its filler and its taker, against a naive model; a failure tells its seed.
@Suite struct MailboxPropertyTests {
    @Test(arguments: UInt64(0)..<8)
    func `whatever is put, held, dropped and taken, order and bounds hold and nothing goes astray`(
        part: UInt64
    ) async throws {
        for seed in (part * 100)..<(part * 100 + 100) {
            let world = MailboxWorld(seed: seed)
            for _ in 0..<150 where world.problem == nil { try await world.step() }
            if world.problem == nil { try await world.emptyAll() }
            guard let problem = world.problem else { continue }
            Issue.record("seed \(seed): \(problem)")
            return
        }
    }
}

/// A mailbox, and what should be in it.
private final class MailboxWorld {
    private static let capacity = 6
    private static let bytes = 1 << 20
    private static let bytesAtOnce = 256 << 10
    private static let topics = ["x", "y", "z"]

    private var chance: Chance
    private let mailbox: Mailbox
    private let rings = Rings()
    private var control: [Int] = []
    private var lying: [String: [KafkaMessage]] = [:]
    private var held: Set<String> = []
    private var nextOffset: Int64 = 0
    private var lastControl = 0
    /// Topics that were full since, and how often the filler had been woken then.
    private var full: [String: Int] = [:]
    private var mostWakes = 0
    /// Whose turn is next.
    private var turn = 0
    private(set) var problem: String?

    init(seed: UInt64) {
        chance = Chance(state: seed)
        mailbox = Mailbox(topics: Self.topics, capacity: Self.capacity, bytes: Self.bytes) { [rings] in
            rings.ring()
        }
    }

    private final class Rings: Sendable {
        private let number = Mutex(0)
        var count: Int { number.withLock { $0 } }
        func ring() { number.withLock { $0 += 1 } }
    }

    private func require(_ isFine: Bool, _ what: @autoclosure () -> String) {
        if !isFine, problem == nil { problem = what() }
    }

    func step() async throws {
        let topic = Self.topics[Int.random(in: 0..<3, using: &chance)]
        switch Int.random(in: 0..<20, using: &chance) {
        case 0..<8: put(topic)
        case 8..<9: putControl()
        case 9..<11: drop(topic)
        case 11..<13:
            held.insert(topic)
            mailbox.hold(topic)
        case 13..<15:
            held.remove(topic)
            mailbox.release(topic)
        default: try await take(Int.random(in: 1...8, using: &chance))
        }
        check()
    }

    func emptyAll() async throws {
        for topic in Self.topics {
            held.remove(topic)
            mailbox.release(topic)
        }
        while problem == nil, hasOpen {
            try await take(4)
            check()
        }
        require(full.isEmpty, "nobody was woken for \(full.keys)")
    }

    private var open: [String] { Self.topics.filter { !held.contains($0) && lying[$0]?.isEmpty == false } }
    private var hasOpen: Bool { !control.isEmpty || !open.isEmpty }

    private func weight(_ topic: String) -> Int { (lying[topic] ?? []).reduce(0) { $0 + $1.weight } }

    /// As the filler does: no more than there is room for, in one call or one by one.
    private func put(_ topic: String) {
        let count = min(mailbox.room(topic), Int.random(in: 0...4, using: &chance))
        var messages: [KafkaMessage] = []
        for _ in 0..<count {
            let size = Int.random(in: 0..<8, using: &chance) == 0 ? 300 << 10 : 10
            messages.append(
                KafkaMessage(
                    topic: topic,
                    partition: Int32.random(in: 0..<2, using: &chance),
                    offset: nextOffset,
                    value: [UInt8](repeating: 0, count: size)
                )
            )
            nextOffset += 1
        }
        lying[topic, default: []] += messages
        if Bool.random(using: &chance) {
            mailbox.put(messages, bytes: messages.reduce(0) { $0 + $1.weight })
        } else {
            for each in messages { mailbox.put(each) }
        }
        if (lying[topic]?.count ?? 0) >= Self.capacity || weight(topic) >= Self.bytes, full[topic] == nil {
            full[topic] = rings.count
            mostWakes += 1
        }
    }

    private func putControl() {
        lastControl += 1
        control.append(lastControl)
        mailbox.put(.lost([TopicPartition(topic: "control", partition: Int32(lastControl))]))
    }

    private func drop(_ topic: String) {
        let item = TopicPartition(topic: topic, partition: Int32.random(in: 0..<2, using: &chance))
        lying[topic]?.removeAll { $0.topicPartition == item }
        mostWakes += 1
        mailbox.drop([item])
    }

    private func take(_ count: Int) async throws {
        // Nobody puts anything while this task waits.
        guard hasOpen else { return }
        let isSingle = count == 1 && Bool.random(using: &chance)
        let events = try await isSingle ? [mailbox.next()].compactMap(\.self) : batch(atMost: count)
        require(!events.isEmpty && events.count <= count, "\(events.count) of \(count) were taken")
        if !control.isEmpty {
            let expected = control.removeFirst()
            require(numbers(events) == [expected], "\(numbers(events)) came instead of \(expected)")
            noteWakes()
            return
        }
        // Topics take turns: the first in the circle that has something to give.
        let expected = (0..<3).map { Self.topics[(turn + $0) % 3] }.first(where: open.contains) ?? ""
        var bytes = 0
        for event in events {
            guard case .message(let message) = event else { return require(false, "control beside messages") }
            require(message.topic == expected, "\(message.topic) came, and it was the turn of \(expected)")
            require(bytes < Self.bytesAtOnce, "too much at once")
            let oldest = lying[message.topic]?.first?.offset
            require(oldest == message.offset, "\(message.offset) came before \(oldest ?? -1)")
            if oldest == message.offset { lying[message.topic]?.removeFirst() }
            bytes += message.weight
        }
        turn = ((Self.topics.firstIndex(of: expected) ?? 0) + 1) % 3
        require(
            isSingle || events.count == count || bytes >= Self.bytesAtOnce
                || lying[expected]?.isEmpty != false,
            "only \(events.count) of \(count) though more lay ready"
        )
        noteWakes()
    }

    private func batch(atMost count: Int) async throws -> [ConsumerEvent] {
        switch try await mailbox.next(atMost: count) {
        case .messages(let messages): messages.map { .message($0) }
        case .turn(let event): [event]
        case nil: []
        }
    }

    private func numbers(_ events: [ConsumerEvent]) -> [Int] {
        events.map { event in
            if case .lost(let items) = event { Int(items.first?.partition ?? -1) } else { -1 }
        }
    }

    /// Who fills is woken when a box that was full is half empty, and for nothing else but a drop.
    private func noteWakes() {
        for (topic, wakes) in full {
            let isLow = (lying[topic]?.count ?? 0) <= Self.capacity / 2 && weight(topic) <= Self.bytes / 2
            guard isLow else { continue }
            require(rings.count > wakes, "\(topic) has room again and nobody was woken")
            full[topic] = nil
        }
    }

    private func check() {
        require(rings.count <= mostWakes, "woken \(rings.count) times for \(mostWakes) causes")
        for topic in Self.topics {
            let count = lying[topic]?.count ?? 0
            require(mailbox.count(topic) == count, "\(topic) has \(mailbox.count(topic)), not \(count)")
            let room = weight(topic) >= Self.bytes ? 0 : max(0, Self.capacity - count)
            require(mailbox.room(topic) == room, "\(topic) has room for \(mailbox.room(topic)), not \(room)")
            require(
                mailbox.isHeld(topic) == held.contains(topic),
                "\(topic) is held: \(!held.contains(topic))"
            )
        }
        var oldest: [TopicPartition: Int64] = [:]
        for message in lying.values.joined() where message.offset < oldest[message.topicPartition] ?? .max {
            oldest[message.topicPartition] = message.offset
        }
        require(mailbox.oldest() == oldest, "the oldest are \(mailbox.oldest()), not \(oldest)")
        require((mailbox.waitingSince != nil) == hasOpen, "waits since \(mailbox.waitingSince as Any)")
    }
}
