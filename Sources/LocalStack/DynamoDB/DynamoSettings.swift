/// How the local DynamoDB differs from one that is always fresh, fast and generous.
///
/// Durations are those of the real service; the stack's time stretches them.
package struct DynamoSettings: Sendable, Hashable {
    /// How long an accepted write stays invisible in global secondary indexes.
    package var indexLag: Duration
    /// How long an accepted write stays invisible to reads without `ConsistentRead`.
    package var replicaLag: Duration
    /// How long a new table is `CREATING`.
    package var tableCreation: Duration
    /// The time between two sweeps that remove items whose time to live is over; until then they are visible.
    package var expirySweep: Duration
    /// Writes a second and table, with a burst of one second; nil means no limit.
    package var writesPerSecond: Int?
    /// What each operation waits before it takes place.
    package var latency: Duration
    /// How long after its completion a `ClientRequestToken` is remembered.
    package var tokenLife: Duration

    package init(
        indexLag: Duration = .milliseconds(20),
        replicaLag: Duration = .zero,
        tableCreation: Duration = .zero,
        expirySweep: Duration = .seconds(48 * 3600),
        writesPerSecond: Int? = nil,
        latency: Duration = .zero,
        tokenLife: Duration = .seconds(600)
    ) {
        self.indexLag = indexLag
        self.replicaLag = replicaLag
        self.tableCreation = tableCreation
        self.expirySweep = expirySweep
        self.writesPerSecond = writesPerSecond
        self.latency = latency
        self.tokenLife = tokenLife
    }
}
