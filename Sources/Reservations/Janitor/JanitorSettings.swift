/// What a janitor needs of the world.
package struct JanitorPorts: Sendable {
    package let ledger: any ReservationLedger
    package let cleanups: any CleanupLedger
    package let volumes: any VolumeDeleting
    package let pods: any PodHost
    package let time: any Timepiece
    package let chance: any Chance
    package let checkpoints: any Checkpoints
    package let journal: any Journal

    package init(
        ledger: any ReservationLedger,
        cleanups: any CleanupLedger,
        volumes: any VolumeDeleting,
        pods: any PodHost,
        time: any Timepiece,
        chance: any Chance,
        checkpoints: any Checkpoints,
        journal: any Journal
    ) {
        self.ledger = ledger
        self.cleanups = cleanups
        self.volumes = volumes
        self.pods = pods
        self.time = time
        self.chance = chance
        self.checkpoints = checkpoints
        self.journal = journal
    }
}

/// The times that a janitor goes by.
package struct JanitorPolicy: Sendable {
    /// A volume that no report names is left alone until it is this old.
    package var grace: Duration = .seconds(600)
    /// How long a volume must be absent or in `error` until it counts as lost.
    package var lossAfter: Duration = .seconds(900)
    package var lookAgain: Duration = .seconds(5)
    /// A row that is gone proves nothing until its volume is older than rows are kept.
    package var purgeAfter: Duration = .seconds(30 * 24 * 3600)
    package var dueInterval: Duration = .seconds(1)
    /// How many cleanups one look takes up.
    package var batch = 64

    package init() {}
}
