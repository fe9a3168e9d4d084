/// The numbers that a worker goes by.
///
/// Every wait has its budget here.
package struct WorkerSettings: Sendable {
    /// How long a beat must stand still until its worker may be declared dead.
    package var lease: Duration = .seconds(15)
    package var beatInterval: Duration = .seconds(2)
    /// How often loop 3 looks at what is urgent, and at the rest.
    package var urgentLook: Duration = .seconds(2)
    package var fullLook: Duration = .seconds(30)
    /// How long a worker that was declared dead lets calls in flight answer.
    package var lastWords: Duration = .seconds(30)
    package var maxInFlight = 100
    /// Requests and commands older than this make no row.
    package var maxRequestAge: Duration = .seconds(24 * 3600)
    /// How long a client token is trusted to be remembered by EC2.
    package var tokenTrust: Duration = .seconds(6 * 3600)
    /// How long an ended row is kept, beyond every topic's retention.
    package var purgeAfter: Duration = .seconds(30 * 24 * 3600)
    /// How long the row of a dead worker that left nothing is kept.
    package var retireAfter: Duration = .seconds(24 * 3600)
    package var diskBudget: Duration = .seconds(300)
    /// CreateVolume calls a second, and at once, that EC2 allows the whole account in a region.
    package var createRate = 5.0
    package var createBurst = 100.0
    package var volumePoll: Duration = .seconds(1)
    /// From the promise of capacity to a running server.
    package var reservationBudget: Duration = .seconds(2700)
    package var podBudget: Duration = .seconds(900)
    /// How long one hindrance of a pod may last within that.
    package var hindranceBudgets = HindranceBudgets()
    package var sshPoll: Duration = .seconds(3)
    package var sshPolls = 60
    /// How long after its start a server may run at most, extensions included.
    package var extensionLimit: Duration = .seconds(48 * 3600)
    /// How long a command waits for a reservation that nobody knows yet.
    package var commandBudget: Duration = .seconds(30)
    /// How many minutes before its end a server's user is warned.
    package var warningMinutes = [30, 15, 5]
    /// How long a reservation of several nodes waits for all of them to be asked for.
    package var nodesBudget: Duration = .seconds(600)
    package var endingBudget: Duration = .seconds(180)
    package var endingPoll: Duration = .milliseconds(500)
    /// How often a disk is begun anew before the reservation goes on without it.
    package var maxGenerations = 3
    package var backOff: Duration = .seconds(1)
    package var disk = DiskDefaults()
    package var sshLogin = "dev"
    package var namespace = "gpu-dev"

    package init() {}
}

/// What a new disk is like.
package struct DiskDefaults: Sendable {
    package var sizeGiB = 1024
    package var volumeType = "gp3"
    package var iops = 16_000
    /// MiB/s.
    package var throughput = 1_000
    /// Whether a disk without a row of Berth's starts from what the replaced system saved of it.
    package var startsFromOldSnapshots = true
    /// How long a deleted disk can be restored.
    package var restorePeriod: Duration = .seconds(30 * 86_400)

    package init() {}

    /// What EC2 allows a volume of this size: gp3 has at most 500 operations a second for each GiB.
    ///
    /// Source: Amazon EBS user guide, "General Purpose SSD volumes".
    package func iops(for sizeGiB: Int) -> Int {
        volumeType == "gp3" ? min(iops, max(3_000, sizeGiB * 500)) : iops
    }

    /// gp3 has at most a quarter of a MiB/s for each operation a second.
    package func throughput(for sizeGiB: Int) -> Int {
        volumeType == "gp3" ? min(throughput, max(125, iops(for: sizeGiB) / 4)) : throughput
    }
}
