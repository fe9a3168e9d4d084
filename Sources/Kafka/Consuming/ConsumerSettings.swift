/// A member's limits, and what it tells beside its events.
package struct ConsumerSettings: Sendable {
    /// How long a revocation waits for `Revocation.complete()`.
    package var drainLimit: Duration
    /// Messages of one topic read ahead of whoever takes them.
    package var messagesReadAhead: Int
    /// Bytes of those messages; overshot by what is read at once, which is 256 KiB and a message.
    package var bytesReadAhead: Int
    /// How long a closing member waits for the group's answer, after the drain.
    package var leaveLimit: Duration
    /// The member leaves the group, and `run()` throws, when nothing is taken from it for so long though
    /// something that isn't held lies ready; nil: never.
    package var stuckAfter: Duration?
    /// Called on the member's thread, which it must not hold up, when a partition was read on somewhere else
    /// than where it was to be: messages may be lost or come again.
    package var onReset: @Sendable (OffsetReset) -> Void

    package init(
        drainLimit: Duration = .seconds(5),
        messagesReadAhead: Int = 2_000,
        bytesReadAhead: Int = 4 << 20,
        leaveLimit: Duration = .seconds(5),
        stuckAfter: Duration? = .seconds(300),
        onReset: @escaping @Sendable (OffsetReset) -> Void = { _ in }
    ) {
        self.drainLimit = drainLimit
        self.messagesReadAhead = messagesReadAhead
        self.bytesReadAhead = bytesReadAhead
        self.leaveLimit = leaveLimit
        self.stuckAfter = stuckAfter
        self.onReset = onReset
    }
}
