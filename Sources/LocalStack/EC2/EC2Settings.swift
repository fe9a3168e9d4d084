/// How the local EC2 behaves, above all where the real one's behaviour is unknown or varies.
///
/// Latencies, lags and rates are the real service's; the stack's scale stretches them. Lifetimes aren't scaled.
package struct EC2Settings: Sendable, Hashable, Codable {
    package var region = "us-east-2"
    /// Zones by name, each with its id.
    package var zones = ["us-east-2a": "use2-az1", "us-east-2b": "use2-az2", "us-east-2c": "use2-az3"]
    package var accountID = "000000000000"

    /// The time every call takes; none by default, so that a test with manual time needn't move it to get an answer.
    package var callLatency = Latency.none
    package var creation = EC2CreationSettings()
    package var consistency = EC2ConsistencySettings()
    package var listing = EC2ListingSettings()
    package var snapshots = EC2SnapshotSettings()
    package var throttling = EC2ThrottlingSettings()

    /// From `deleting` to gone; the documentation says "several minutes".
    package var deleting = Latency(median: .seconds(3), p99: .seconds(20))
    package var attaching = Latency(median: .seconds(3), p99: .seconds(10))
    package var detaching = Latency(median: .seconds(2), p99: .seconds(10))
    /// What DeleteVolume answers in a state for which nothing is documented.
    package var deleteInCreating = DeleteOutcome.incorrectState
    package var deleteInDeleting = DeleteOutcome.incorrectState
    package var deleteInError = DeleteOutcome.incorrectState
    /// How many deleted volumes and snapshots are remembered for audits.
    package var remembersDeleted = 10_000

    package enum DeleteOutcome: String, Sendable, Codable {
        /// Refused with `IncorrectState`.
        case incorrectState
        /// Succeeds, and the volume goes.
        case accepted
        /// Refused with `InvalidVolume.NotFound`.
        case notFound
    }

    package init() {}
}

/// CreateVolume: latency, tokens, quotas, capacity and failures after the 200.
package struct EC2CreationSettings: Sendable, Hashable, Codable {
    /// From `creating` to `available`.
    package var latency = Latency(median: .milliseconds(1500), p99: .seconds(4))
    /// How long a client token is known (measured about 12 h; documented for instances only).
    package var tokenLifetime = Seconds(.seconds(12 * 3600))
    /// How long the token of a deleted or failed volume stays burnt, from the creation on.
    package var burntTokenLifetime = Seconds(.seconds(12 * 3600))
    /// What a repeat gets while the first call with its token hasn't been answered.
    package var tokenInFlight = InFlight.sameVolume
    /// Whether a repeat is refused for the quota although its volume exists.
    package var repeatOverQuotaFails = true
    /// How many volumes the account may have; nil means no limit.
    package var volumeQuota: Int?
    /// How many GiB the account's volumes may have together.
    package var storageQuotaGiB = 1_000_000
    /// How many IOPS the account's volumes may have together.
    package var iopsQuota = 10_000_000
    /// Zones that answer `InsufficientVolumeCapacity`.
    package var fullZones: [String] = []
    /// Keys that KMS knows.
    ///
    /// Another one makes a ghost: KMS is asked only after the 200.
    package var kmsKeys = ["alias/aws/ebs"]
    /// The chance that a new volume is a ghost: an id, `creating` for a while, then not found for ever.
    package var ghostProbability = 0.0
    package var ghostLife = Seconds(.seconds(1))
    /// The chance that a new volume goes from `creating` to `error`.
    package var errorProbability = 0.0
    /// The chance that a new volume never leaves `creating`.
    package var stuckProbability = 0.0
    /// The bounds of gp3.
    ///
    /// Older pages say 16,384 GiB, 16,000 IOPS, 1,000 MiB/s.
    package var gp3 = GP3Bounds()

    package enum InFlight: String, Sendable, Codable {
        case sameVolume
        /// `IdempotentParameterMismatch`, as the CSI driver reads that code.
        case mismatch
    }

    package struct GP3Bounds: Sendable, Hashable, Codable {
        package var maxSizeGiB = 65_536
        package var maxIOPS = 80_000
        package var maxThroughput = 2_000
        package var maxIOPSPerGiB = 500

        package init() {}
    }

    package init() {}
}

/// Eventual consistency: how far reads lag behind writes.
package struct EC2ConsistencySettings: Sendable, Hashable, Codable {
    /// How long a new volume or snapshot isn't found by its id.
    package var idLag = Latency(median: .milliseconds(300), p99: .seconds(2))
    /// How long listings and filters don't show a new volume, snapshot or tag; no bound is published.
    package var tagLag = Latency(median: .seconds(1), p99: .seconds(5))
    /// The chance that a read by id shows the state as it was `staleBy` ago, even after a newer answer.
    package var staleProbability = 0.0
    package var staleBy = Seconds(.seconds(2))

    /// Every read sees every write.
    package static var strong: EC2ConsistencySettings {
        var settings = EC2ConsistencySettings()
        settings.idLag = .none
        settings.tagLag = .none
        return settings
    }

    package init() {}
}

/// Filters and pages of the Describe calls.
package struct EC2ListingSettings: Sendable, Hashable, Codable {
    package var maxFilters = 50
    /// Values a filter may have; nil takes any number (what happens past 200 isn't known).
    package var maxFilterValues: Int? = 200
    package var maxFilterValueLength = 255
    package var maxIDs = 1_000
    package var minPageSize = 5
    /// Larger pages are asked for in vain: one gets this many (older pages: 500).
    package var maxPageSize = 1_000
    /// Whether ids together with MaxResults are refused with `InvalidParameterCombination`.
    package var refusesPagedIDs = true
    /// Whether a page is cut before it is filtered, so that it may be empty and yet have a NextToken.
    package var cutsBeforeFiltering = false
    /// Cuts answers to calls that asked for no pages; nil answers everything.
    package var unaskedPageSize: Int?

    package init() {}
}

/// CreateSnapshot and what DescribeSnapshots lists.
package struct EC2SnapshotSettings: Sendable, Hashable, Codable {
    /// From `pending` to `completed`.
    package var latency = Latency(median: .seconds(20), p99: .seconds(90))
    /// The chance that a snapshot ends in `error`.
    package var errorProbability = 0.0
    package var maxPendingPerVolume = 5
    /// The least time between two snapshots of a volume.
    package var interval = Seconds(.seconds(15))
    package var quota = 100_000
    /// How many public snapshots of a stranger are listed unless `OwnerIds` says `self`.
    package var strangers = 3

    package init() {}
}

/// Request throttling, by the published sizes and rates.
package struct EC2ThrottlingSettings: Sendable, Hashable, Codable {
    package var isOn = true
    /// One bucket for each operation, or (older text) one for each category.
    package var buckets = Buckets.perOperation
    package var filteredDescribe = TokenBucket.Limits(size: 100, refillPerSecond: 20)
    package var bareDescribe = TokenBucket.Limits(size: 50, refillPerSecond: 10)
    package var volumesAndSnapshots = TokenBucket.Limits(size: 100, refillPerSecond: 5)
    package var createTags = TokenBucket.Limits(size: 100, refillPerSecond: 10)
    package var otherMutations = TokenBucket.Limits(size: 50, refillPerSecond: 5)

    package enum Buckets: String, Sendable, Codable {
        case perOperation, perCategory
    }

    package init() {}
}
