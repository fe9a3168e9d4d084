package import Reservations

/// The numbers that a janitor goes by.
package struct JanitorSettings: Sendable {
    package let policy: JanitorPolicy
    /// How long a sweep waits for what needs several looks.
    package let sweepLimit: Duration

    init(_ reading: inout SettingReading) {
        var policy = JanitorPolicy()
        policy.grace = reading.read(
            "janitor.grace",
            policy.grace,
            .duration(.seconds(1) ... .seconds(30 * 86_400)),
            "Volumes younger than this are left alone, unless a report names them."
        )
        policy.lookAgain = reading.read(
            "janitor.look_again",
            policy.lookAgain,
            .duration(.milliseconds(100) ... .seconds(3600)),
            "How long until a volume that can't be judged yet is looked at again."
        )
        policy.lossAfter = reading.read(
            "janitor.loss_after",
            policy.lossAfter,
            .duration(.seconds(1) ... .seconds(86_400)),
            "How long a volume must be absent until it counts as lost."
        )
        self.policy = policy
        sweepLimit = reading.read(
            "janitor.sweep_limit",
            .seconds(600),
            .duration(.seconds(1) ... .seconds(86_400)),
            "How long a sweep waits for snapshots and deletions before it ends as incomplete."
        )
    }
}
