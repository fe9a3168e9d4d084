/// Budgets that the domain's own settings don't hold.
package struct BudgetSettings: Sendable {
    /// All tries to fetch a user's keys together.
    package let keys: Duration
    /// Until a user's shared file system can be mounted; after that the pod goes without.
    package let sharedStorage: Duration
    /// From the request's admission to a running server, waiting in the queue not counted.
    package let reservation: Duration

    init(_ reading: inout SettingReading) {
        keys = reading.read(
            "budget.keys",
            .seconds(30),
            .duration(.seconds(1) ... .seconds(600)),
            "How long fetching a user's keys may take, all tries together."
        )
        sharedStorage = reading.read(
            "budget.efs",
            .seconds(300),
            .duration(.seconds(1) ... .seconds(3600)),
            "How long a user's shared file system may take until the pod goes without it."
        )
        reservation = reading.read(
            "budget.reservation",
            .seconds(2700),
            .duration(.seconds(60) ... .seconds(86_400)),
            "How long a reservation may take until it runs, not counting its time in the queue."
        )
    }
}
