/// What lies in a mailbox: a box for each topic, and before them what happens to partitions.
///
/// A value without I/O, so that the mailbox's lock is held for no more than its calls.
struct MailboxState {
    /// What a box holds at most; bytes are overshot by what one drain brings at most.
    struct Limits {
        let messages: Int
        let bytes: Int
    }

    /// So much is handed over at once, beside the last message: what is handed over can't be held back any more.
    private static let bytesAtOnce = 256 << 10

    private let limits: Limits
    private var control = FIFO<ConsumerEvent>()
    private var boxes: [MessageBox] = []
    private var index: [String: Int] = [:]
    /// Whose turn is next.
    private var turn = 0
    /// Since when something could have been taken and nothing was.
    private(set) var waitingSince: ContinuousClock.Instant?

    init(topics: [String], limits: Limits) {
        self.limits = limits
        for topic in topics { _ = box(of: topic) }
    }

    /// Messages for which the topic's box has room; 0 as long as its bytes have none.
    func room(_ topic: String) -> Int {
        guard let box = index[topic] else { return limits.messages }
        guard boxes[box].bytes < limits.bytes else { return 0 }
        return max(0, limits.messages - boxes[box].count)
    }

    func count(_ topic: String) -> Int {
        index[topic].map { boxes[$0].count } ?? 0
    }

    mutating func put(_ event: ConsumerEvent) {
        control.append(event)
    }

    /// Takes in messages of one topic, which weigh so much.
    mutating func put(_ messages: [KafkaMessage], bytes: Int) {
        guard let topic = messages.first?.topic else { return }
        let box = box(of: topic)
        boxes[box].put(messages, bytes: bytes)
        if isFull(box) { boxes[box].wasFull = true }
    }

    mutating func hold(_ topic: String, _ isHeld: Bool) {
        boxes[box(of: topic)].isHeld = isHeld
    }

    func isHeld(_ topic: String) -> Bool {
        index[topic].map { boxes[$0].isHeld } ?? false
    }

    mutating func drop(_ partitions: [TopicPartition]) {
        let gone = Set(partitions)
        for box in boxes.indices where partitions.contains(where: { $0.topic == boxes[box].topic }) {
            boxes[box].drop { gone.contains($0.topicPartition) }
        }
    }

    mutating func clear() {
        control = FIFO()
        for box in boxes.indices { boxes[box].clear() }
        waitingSince = nil
    }

    /// What happens to partitions goes first; messages are of one topic, and topics take turns.
    mutating func take(atMost count: Int) -> ConsumerBatch? {
        if let event = control.popFirst() { return .turn(event) }
        return turnToTake().map { .messages(boxes[$0].take(atMost: count, bytes: Self.bytesAtOnce)) }
    }

    mutating func take() -> ConsumerEvent? {
        if let event = control.popFirst() { return event }
        return turnToTake().flatMap { boxes[$0].take() }.map { .message($0) }
    }

    /// Whether whoever fills the boxes is to be told that one has room again: once for each time it was full.
    mutating func isToWake() -> Bool {
        var isToWake = false
        for box in boxes.indices where boxes[box].wasFull && isLow(box) {
            boxes[box].wasFull = false
            isToWake = true
        }
        return isToWake
    }

    /// To be called after each change; what was taken counts anew.
    mutating func noteWaiting(hasTaken: Bool, _ now: Now) {
        if !hasOpen {
            waitingSince = nil
        } else if hasTaken || waitingSince == nil {
            waitingSince = now()
        }
    }

    /// The offset of the oldest message of each partition that lies here.
    func oldest() -> [TopicPartition: Int64] {
        var oldest: [TopicPartition: Int64] = [:]
        for box in boxes {
            box.forEach { message in
                if oldest[message.topicPartition] == nil { oldest[message.topicPartition] = message.offset }
            }
        }
        return oldest
    }

    private var hasOpen: Bool {
        !control.isEmpty || boxes.contains { !$0.isEmpty && !$0.isHeld }
    }

    private func isFull(_ box: Int) -> Bool {
        boxes[box].count >= limits.messages || boxes[box].bytes >= limits.bytes
    }

    private func isLow(_ box: Int) -> Bool {
        boxes[box].count <= limits.messages / 2 && boxes[box].bytes <= limits.bytes / 2
    }

    private mutating func box(of topic: String) -> Int {
        if let box = index[topic] { return box }
        boxes.append(MessageBox(topic: topic))
        index[topic] = boxes.count - 1
        return boxes.count - 1
    }

    /// The box whose turn it is, if one has something to give.
    private mutating func turnToTake() -> Int? {
        for _ in boxes.indices {
            let box = turn
            turn = turn + 1 < boxes.count ? turn + 1 : 0
            if !boxes[box].isHeld, !boxes[box].isEmpty { return box }
        }
        return nil
    }
}
