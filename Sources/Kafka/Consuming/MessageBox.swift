/// One topic's messages on their way to their reader, in the batches in which they came.
///
/// What comes as a batch goes as one, without a look at each of its messages, as long as nobody asks for fewer.
struct MessageBox {
    private struct Batch {
        var messages: [KafkaMessage]
        /// How many have been taken.
        var taken = 0
        /// Of those that are left.
        var bytes: Int

        var left: Int { messages.count - taken }
        var rest: ArraySlice<KafkaMessage> { messages[taken...] }
    }

    let topic: String
    private var batches = FIFO<Batch>()
    private(set) var count = 0
    private(set) var bytes = 0
    var isHeld = false
    /// Whether it has been full since its filler was last woken.
    var wasFull = false

    init(topic: String) {
        self.topic = topic
    }

    var isEmpty: Bool { count == 0 }

    mutating func put(_ messages: [KafkaMessage], bytes: Int) {
        guard !messages.isEmpty else { return }
        batches.append(Batch(messages: messages, bytes: bytes))
        count += messages.count
        self.bytes += bytes
    }

    mutating func take() -> KafkaMessage? {
        take(atMost: 1, bytes: 1).first
    }

    /// Messages in order, up to a number, or until they weigh so much; at least one, if there is one.
    mutating func take(atMost limit: Int, bytes enough: Int) -> [KafkaMessage] {
        var taken: [KafkaMessage] = []
        var weight = 0
        while taken.count < limit, weight < enough, var batch = batches.popFirst() {
            let isWhole = batch.left <= limit - taken.count && weight + batch.bytes <= enough
            if isWhole, taken.isEmpty, batch.taken == 0 {
                taken = batch.messages
                weight = batch.bytes
                continue
            }
            let before = weight
            while batch.left > 0, taken.count < limit, weight < enough {
                let message = batch.messages[batch.taken]
                batch.taken += 1
                weight += message.weight
                taken.append(message)
            }
            batch.bytes -= weight - before
            if batch.left > 0 { batches.putBack(batch) }
        }
        count -= taken.count
        bytes -= weight
        return taken
    }

    mutating func drop(where isGone: (KafkaMessage) -> Bool) {
        let kept = batches.elements.map { $0.rest.filter { !isGone($0) } }
        clear()
        for messages in kept { put(messages, bytes: messages.reduce(0) { $0 + $1.weight }) }
    }

    mutating func clear() {
        batches = FIFO()
        count = 0
        bytes = 0
    }

    /// Calls for each message, the oldest first.
    func forEach(_ use: (KafkaMessage) -> Void) {
        for batch in batches.elements { batch.rest.forEach(use) }
    }
}
