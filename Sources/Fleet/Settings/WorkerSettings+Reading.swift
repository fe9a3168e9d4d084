import Reservations

extension WorkerSettings {
    /// The domain's own defaults, changed by what is set.
    init(_ reading: inout SettingReading, cluster: ClusterSettings) {
        self.init()
        namespace = cluster.namespace
        sshLogin = cluster.login
        readLease(&reading)
        readAges(&reading)
        readTimes(&reading)
        readBudgets(&reading)
        readDisk(&reading)
        // Three beats: one may be late and one lost before somebody is taken for dead.
        if lease < beatInterval * 3 {
            reading.fail(SettingError("BERTH_LEASE_LENGTH", "must be at least three times BERTH_LEASE_BEAT"))
        }
    }

    private mutating func readLease(_ reading: inout SettingReading) {
        lease = reading.read(
            "lease.length",
            lease,
            .duration(.seconds(3) ... .seconds(600)),
            "How long a worker's beat must stand still until others may declare it dead."
        )
        beatInterval = reading.read(
            "lease.beat",
            beatInterval,
            .duration(.milliseconds(100) ... .seconds(60)),
            "How often a worker says that it is alive."
        )
        urgentLook = reading.read(
            "adopt.urgent",
            urgentLook,
            .duration(.milliseconds(100) ... .seconds(60)),
            "How often a worker looks for rows in which a command or an end waits."
        )
        fullLook = reading.read(
            "adopt.all",
            fullLook,
            .duration(.seconds(1) ... .seconds(600)),
            "How often a worker looks for everything else that needs somebody."
        )
        lastWords = reading.read(
            "worker.last_words",
            lastWords,
            .duration(.seconds(1) ... .seconds(300)),
            "How long a worker that was declared dead lets calls in flight answer."
        )
        maxInFlight = reading.read(
            "worker.in_flight",
            maxInFlight,
            .integer(1...10_000),
            "How many reservations a worker drives at once before it takes no more requests."
        )
    }

    private mutating func readAges(_ reading: inout SettingReading) {
        maxRequestAge = reading.read(
            "requests.max_age",
            maxRequestAge,
            .duration(.seconds(60) ... .seconds(30 * 86_400)),
            "Requests and commands older than this make no reservation."
        )
        tokenTrust = reading.read(
            "disk.token_trust",
            tokenTrust,
            .duration(.seconds(60) ... .seconds(11 * 3600)),
            "How long EC2 is trusted to remember a client token; it forgets after about 12 hours."
        )
        purgeAfter = reading.read(
            "requests.purge_after",
            purgeAfter,
            .duration(.seconds(86_400) ... .seconds(3650 * 86_400)),
            "How long an ended reservation is kept; longer than any topic's retention."
        )
    }

    private mutating func readTimes(_ reading: inout SettingReading) {
        extensionLimit = reading.read(
            "extend.limit",
            extensionLimit,
            .duration(.seconds(3600) ... .seconds(365 * 86_400)),
            "How long after its start a server may be extended to at most."
        )
        commandBudget = reading.read(
            "extend.budget",
            commandBudget,
            .duration(.seconds(1) ... .seconds(3600)),
            "How long an extension waits for a reservation that nobody knows yet."
        )
        let minutes = reading.read(
            "expiry.warnings",
            warningMinutes.map(String.init),
            .list(
                of: "whole minutes from 1 to 10080",
                where: { Int($0).map { (1...10_080).contains($0) } ?? false }
            ),
            "How many minutes before its end a server's user is warned."
        )
        warningMinutes = minutes.compactMap { Int($0) }
    }

    private mutating func readHindrances(_ reading: inout SettingReading) {
        hindranceBudgets.unschedulable = reading.read(
            "budget.unschedulable",
            hindranceBudgets.unschedulable,
            .duration(.seconds(5) ... .seconds(7200)),
            "How long no node may take a pod."
        )
        hindranceBudgets.image = reading.read(
            "budget.image",
            hindranceBudgets.image,
            .duration(.seconds(5) ... .seconds(7200)),
            "How long a pod's image may not be pulled."
        )
        hindranceBudgets.disk = reading.read(
            "budget.attach",
            hindranceBudgets.disk,
            .duration(.seconds(5) ... .seconds(7200)),
            "How long a pod's disk may fail to be attached or mounted."
        )
        hindranceBudgets.memory = reading.read(
            "budget.memory",
            hindranceBudgets.memory,
            .duration(.seconds(5) ... .seconds(7200)),
            "How long a container that starts may be killed for its memory again and again."
        )
        hindranceBudgets.crash = reading.read(
            "budget.crash",
            hindranceBudgets.crash,
            .duration(.seconds(5) ... .seconds(7200)),
            "How long a pod's container may fail to start."
        )
    }

    private mutating func readBudgets(_ reading: inout SettingReading) {
        diskBudget = reading.read(
            "budget.disk",
            diskBudget,
            .duration(.seconds(5) ... .seconds(3600)),
            "How long a volume may take to become available."
        )
        podBudget = reading.read(
            "budget.pod",
            podBudget,
            .duration(.seconds(10) ... .seconds(7200)),
            "How long a pod may take to become ready."
        )
        readHindrances(&reading)
        nodesBudget = reading.read(
            "budget.nodes",
            nodesBudget,
            .duration(.seconds(1) ... .seconds(86_400)),
            "How long a reservation of several nodes waits for all of them to be asked for."
        )
        endingBudget = reading.read(
            "budget.ending",
            endingBudget,
            .duration(.seconds(5) ... .seconds(3600)),
            "How long one step of an ending may take before it is handed on."
        )
        volumePoll = reading.read(
            "poll.volume",
            volumePoll,
            .duration(.milliseconds(100) ... .seconds(60)),
            "How often volumes in the making are looked at, all of them in one call."
        )
        endingPoll = reading.read(
            "poll.ending",
            endingPoll,
            .duration(.milliseconds(100) ... .seconds(60)),
            "How often an ending looks whether something is gone."
        )
        sshPoll = reading.read(
            "poll.ssh",
            sshPoll,
            .duration(.milliseconds(100) ... .seconds(60)),
            "How often a new server is asked for its SSH banner."
        )
        sshPolls = reading.read(
            "poll.ssh_times",
            sshPolls,
            .integer(1...10_000),
            "How many times it is asked at most."
        )
        backOff = reading.read(
            "worker.back_off",
            backOff,
            .duration(.milliseconds(10) ... .seconds(60)),
            "The first wait after a service's passing failure; it doubles with each in a row."
        )
    }

    private mutating func readDisk(_ reading: inout SettingReading) {
        createRate = Double(
            reading.read(
                "ec2.create_rate",
                Int(createRate),
                .integer(1...1_000_000),
                "CreateVolume calls a second that EC2 allows the account; the living workers share them."
            )
        )
        createBurst = Double(
            reading.read(
                "ec2.create_burst",
                Int(createBurst),
                .integer(1...1_000_000),
                "CreateVolume calls at once that EC2 allows the account; the living workers share them."
            )
        )
        maxGenerations = reading.read(
            "disk.generations",
            maxGenerations,
            .integer(1...20),
            "How often a disk is begun anew before the reservation goes on without it."
        )
        disk.startsFromOldSnapshots = reading.read(
            "disk.old_snapshots",
            disk.startsFromOldSnapshots,
            .flag,
            "Whether a disk that Berth doesn't know yet starts from what the replaced system saved of it."
        )
        disk.restorePeriod = reading.read(
            "disk.restore_period",
            disk.restorePeriod,
            .duration(.seconds(3600) ... .seconds(365 * 86_400)),
            "How long a disk that is marked as deleted can be restored."
        )
        disk.sizeGiB = reading.read(
            "disk.size_gib",
            disk.sizeGiB,
            .integer(1...65_536),
            "The size of a new disk in GiB."
        )
        disk.volumeType = reading.read("disk.type", disk.volumeType, .text, "The type of a new volume.")
        disk.iops = reading.read(
            "disk.iops",
            disk.iops,
            .integer(3000...80_000),
            "Operations a second of a new volume."
        )
        disk.throughput = reading.read(
            "disk.throughput",
            disk.throughput,
            .integer(125...2000),
            "MiB/s of a new volume."
        )
    }
}
