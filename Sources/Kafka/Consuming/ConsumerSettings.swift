/// A member's limits.
package struct ConsumerSettings: Sendable {
    /// How long a revocation waits for `Revocation.complete()`.
    package var drainLimit: Duration
    /// Messages of one topic read ahead of whoever takes them.
    package var messagesReadAhead: Int
    /// How long a closing member waits for the group's answer, after the drain.
    package var leaveLimit: Duration

    package init(
        drainLimit: Duration = .seconds(5),
        messagesReadAhead: Int = 64,
        leaveLimit: Duration = .seconds(5)
    ) {
        self.drainLimit = drainLimit
        self.messagesReadAhead = messagesReadAhead
        self.leaveLimit = leaveLimit
    }
}
