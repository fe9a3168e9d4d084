import Kafka
import Synchronization
import WorkQueue

/// A queue over a fake consumer and a clock that stands still, with a handler that the test steers by key.
final class Bench: Sendable {
    let source = FakeSource()
    let clock = ManualClock()
    let begun = Record<String>()
    let letters = Record<DeadLetter>()
    private let steering = Mutex(Steering())
    let policy: WorkQueuePolicy

    private struct Steering {
        var gates: [String: Gate] = [:]
        var outcomes: [String: [HandlerOutcome]] = [:]
        var letterFailures = 0
    }

    init(_ policy: WorkQueuePolicy = WorkQueuePolicy()) {
        self.policy = policy
    }

    /// Holds the message of that name (`topic/offset`) until the gate is opened.
    func gate(_ name: String) -> Gate {
        let gate = Gate()
        steering.withLock { $0.gates[name] = gate }
        return gate
    }

    func answer(_ name: String, _ outcomes: HandlerOutcome...) {
        steering.withLock { $0.outcomes[name] = outcomes }
    }

    func refuse(letters count: Int) {
        steering.withLock { $0.letterFailures = count }
    }

    /// Runs a queue beside the body, cancels it after, and fails rather than hang.
    func run(_ body: @escaping @Sendable (WorkQueue) async throws -> Void) async throws {
        let queue = WorkQueue(
            consumer: source,
            policy: policy,
            deadLetters: { [self] letter in
                let fails = steering.withLock { steering in
                    defer { steering.letterFailures = max(0, steering.letterFailures - 1) }
                    return steering.letterFailures > 0
                }
                if fails { throw TooLate(description: "no broker") }
                letters.add(letter)
            },
            clock: clock,
            logger: quiet,
            handler: { [self] message in await handle(message) }
        )
        try await within(.seconds(10), "the test") {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await queue.run() }
                try await body(queue)
                group.cancelAll()
            }
        }
    }

    private func handle(_ message: KafkaMessage) async -> HandlerOutcome {
        let name = "\(message.topic)/\(message.offset)"
        begun.add(name)
        let gate = steering.withLock { $0.gates[name] }
        await gate?.pass()
        return steering.withLock { steering in
            guard let outcomes = steering.outcomes[name], let first = outcomes.first else { return .done }
            steering.outcomes[name] = Array(outcomes.dropFirst())
            return first
        }
    }
}
