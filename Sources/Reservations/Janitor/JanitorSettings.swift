/// What a janitor needs of the world.
package struct JanitorPorts: Sendable {
    package let ledger: any ReservationLedger
    package let cleanups: any CleanupLedger
    package let register: any FleetRegister
    package let volumes: any VolumeDeleting
    package let pods: any PodHost
    /// Nil: nothing can be published, as in a sweep without brokers.
    package let events: (any EventSink)?
    package let time: any Timepiece
    package let chance: any Chance
    package let checkpoints: any Checkpoints
    package let journal: any Journal

    package init(
        ledger: any ReservationLedger,
        cleanups: any CleanupLedger,
        register: any FleetRegister,
        volumes: any VolumeDeleting,
        pods: any PodHost,
        events: (any EventSink)?,
        time: any Timepiece,
        chance: any Chance,
        checkpoints: any Checkpoints,
        journal: any Journal
    ) {
        self.ledger = ledger
        self.cleanups = cleanups
        self.register = register
        self.volumes = volumes
        self.pods = pods
        self.events = events
        self.time = time
        self.chance = chance
        self.checkpoints = checkpoints
        self.journal = journal
    }
}

/// The times and numbers that a janitor goes by.
package struct JanitorPolicy: Sendable {
    /// A volume that no report names is left alone until it is this old.
    package var grace: Duration = .seconds(600)
    /// How long a volume must be absent or in `error` until it counts as lost.
    package var lossAfter: Duration = .seconds(900)
    package var lookAgain: Duration = .seconds(5)
    /// What takes long is looked at at least this often.
    package var seldom: Duration = .seconds(60)
    /// A row that is gone proves nothing until its volume is older than rows are kept.
    package var purgeAfter: Duration = .seconds(30 * 24 * 3600)
    /// What was seen longer ago than this decides nothing.
    package var evidenceAge: Duration = .seconds(60)
    /// How long a volume that may hold work stands under its tag before it is deleted.
    package var quarantine: Duration = .seconds(3600)
    /// How long a snapshot is kept once it is no disk's head.
    package var spareAfter: Duration = .seconds(7 * 24 * 3600)
    /// The share of the fleet's volumes that may be deleted unexpectedly in 24 hours.
    package var budgetShare = 0.2
    /// As many may be, however small the fleet is.
    package var budgetFloor = 5
    /// How often what is due is looked for.
    package var dueInterval: Duration = .milliseconds(300)
    /// How many cleanups one look takes up; as many values as one filter of EC2 takes.
    package var batch = 200
    /// How many of them are worked on at once.
    package var width = 8
    /// DeleteVolume and CreateSnapshot a second, each: EC2 gives an account 5 a second back of either, and
    /// others use them too.
    package var callRate = 4.0
    /// As many of either at once after a rest, of the 100 that EC2 allows.
    package var callBurst = 80
    /// How long a sweep's beat must stand still until another sweep takes over.
    package var sweepLease: Duration = .seconds(30)
    /// How long a row may wait for a worker until the sweep reports it.
    package var untakenAfter: Duration = .seconds(120)

    package init() {}

    /// How many unexpected deletions a fleet of that size allows in 24 hours.
    package func allowance(of volumes: Int) -> Int {
        max(budgetFloor, Int((Double(volumes) * budgetShare).rounded(.down)))
    }
}
