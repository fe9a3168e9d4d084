/// Messages on their way from the library to the mailbox.
///
/// Most follow one another in their partition: what has to be looked up is looked up once for each such run.
struct MessageBatch {
    private struct Run {
        let item: TopicPartition
        let isWanted: Bool
        var next: Int64?
    }

    private var messages: [KafkaMessage] = []
    private var run: Run?
    private(set) var bytes = 0
    /// Where their bytes go.
    var filler = SlabFiller()

    /// Whether the message follows the last one, so that what was true of that is true of it.
    func goesOn(with message: KafkaMessage) -> Bool {
        guard let run, run.next == message.offset, run.item.partition == message.partition else {
            return false
        }
        return run.item.topic == message.topic
    }

    mutating func beginRun(of item: TopicPartition, isWanted: Bool) {
        run = Run(item: item, isWanted: isWanted)
    }

    /// Ends the run; returns where it would have gone on, if its messages were wanted.
    mutating func endRun() -> (item: TopicPartition, next: Int64)? {
        guard let run = run.take(), run.isWanted, let next = run.next else { return nil }
        return (run.item, next)
    }

    /// Adds a message of the run; one that isn't wanted is dropped.
    mutating func append(_ message: KafkaMessage) {
        let (following, isLast) = message.offset.addingReportingOverflow(1)
        run?.next = isLast ? nil : following
        guard run?.isWanted == true else { return }
        bytes += message.weight
        messages.append(message)
    }

    mutating func take() -> (messages: [KafkaMessage], bytes: Int) {
        let taken = (messages, bytes)
        messages = []
        bytes = 0
        // The next is mostly as long.
        messages.reserveCapacity(taken.0.count)
        return taken
    }
}
