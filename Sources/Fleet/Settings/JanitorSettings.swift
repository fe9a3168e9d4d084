package import Reservations

/// The numbers that a janitor goes by.
package struct JanitorSettings: Sendable {
    package let policy: JanitorPolicy
    /// How long a sweep waits for what needs several looks.
    package let sweepLimit: Duration
    package let prices: VolumePrices

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
        policy.quarantine = reading.read(
            "janitor.quarantine",
            policy.quarantine,
            .duration(.zero ... .seconds(30 * 86_400)),
            "How long a volume that may hold work stands under its tag before it is deleted; until then "
                + "`berth-janitor undo` brings it back."
        )
        policy.spareAfter = reading.read(
            "janitor.spare_after",
            policy.spareAfter,
            .duration(.seconds(60) ... .seconds(3650 * 86_400)),
            "How long a snapshot is kept once it is no disk's newest."
        )
        let percent = reading.read(
            "janitor.budget_percent",
            Int(policy.budgetShare * 100),
            .integer(0...100),
            "How many percent of the fleet's volumes may be deleted unexpectedly in 24 hours."
        )
        policy.budgetShare = Double(percent) / 100
        policy.budgetFloor = reading.read(
            "janitor.budget_floor",
            policy.budgetFloor,
            .integer(0...10_000),
            "As many may be, however small the fleet is."
        )
        policy.sweepLease = reading.read(
            "janitor.sweep_lease",
            policy.sweepLease,
            .duration(.seconds(1) ... .seconds(3600)),
            "How long a sweep must stand still until the next one takes over."
        )
        self.policy = policy
        prices = VolumePrices(&reading)
        sweepLimit = reading.read(
            "janitor.sweep_limit",
            .seconds(600),
            .duration(.seconds(1) ... .seconds(86_400)),
            "How long a sweep waits for snapshots and deletions before it ends as incomplete."
        )
    }
}
