/// What a worker needs of the world.
///
/// Nothing here can delete or snapshot a volume.
package struct WorkerPorts: Sendable {
    package let ledger: any ReservationLedger
    package let roster: any WorkerRoster
    package let register: any FleetRegister
    package let volumes: any VolumeCreating
    package let sharedStorage: any SharedStorage
    package let keys: any KeySource
    package let pods: any PodHost
    package let ssh: any SSHProbing
    package let events: any EventSink
    package let time: any Timepiece
    package let chance: any Chance
    package let checkpoints: any Checkpoints
    package let journal: any Journal

    package init(
        ledger: any ReservationLedger,
        roster: any WorkerRoster,
        register: any FleetRegister,
        volumes: any VolumeCreating,
        sharedStorage: any SharedStorage,
        keys: any KeySource,
        pods: any PodHost,
        ssh: any SSHProbing,
        events: any EventSink,
        time: any Timepiece,
        chance: any Chance,
        checkpoints: any Checkpoints,
        journal: any Journal
    ) {
        self.ledger = ledger
        self.roster = roster
        self.register = register
        self.volumes = volumes
        self.sharedStorage = sharedStorage
        self.keys = keys
        self.pods = pods
        self.ssh = ssh
        self.events = events
        self.time = time
        self.chance = chance
        self.checkpoints = checkpoints
        self.journal = journal
    }
}
