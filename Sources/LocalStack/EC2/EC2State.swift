import Foundation

/// Everything the local EC2 knows, and what all operations share.
struct EC2State: Sendable {
    var settings: EC2Settings
    let scale: Double
    var generator: SeededGenerator
    var volumes: [String: EC2Volume] = [:]
    var snapshots: [String: EC2Snapshot] = [:]
    var tokens: EC2Tokens
    var throttle: EC2Throttle
    /// Zones of the instances that the rest of the stack has told of.
    var instances: [String: String] = [:]
    var decreedFates: [LocalVolume.Fate] = []
    var volumesCreated = 0
    /// What is to happen to the content of disks once the state has changed.
    var contentChanges: [EC2ContentChange] = []
    /// Deleted volumes and snapshots, oldest first.
    private var deleted: [String] = []

    init(settings: EC2Settings, seed: UInt64, scale: Double, at moment: EC2Moment) {
        self.settings = settings
        self.scale = scale
        generator = SeededGenerator(seed: seed)
        tokens = EC2Tokens()
        throttle = EC2Throttle()
        plantStrangers(at: moment)
    }

    /// Does what a call asks for, and tells what goes inside the answer's root.
    mutating func perform(
        _ call: EC2Request,
        at moment: EC2Moment,
        answeredIn latency: Duration
    ) throws(EC2Error) -> [XMLNode] {
        guard let operation = EC2Operation(rawValue: call.action) else {
            throw EC2Error("InvalidAction", "The action '\(call.action)' is not valid for this web service.")
        }
        try throttle.admit(call, operation, settings: settings.throttling, at: moment.elapsed, scale: scale)
        try operation.check(call)
        if try call.flag("DryRun") {
            throw EC2Error(
                "DryRunOperation",
                status: 412,
                "Request would have succeeded, but DryRun flag is set."
            )
        }
        return switch operation {
        case .attachVolume: try attachVolume(call, at: moment)
        case .createSnapshot: try createSnapshot(call, at: moment)
        case .createTags: try createTags(call, at: moment)
        case .createVolume: try createVolume(call, at: moment, answeredIn: latency)
        case .deleteSnapshot: try deleteSnapshot(call, at: moment)
        case .deleteTags: try deleteTags(call, at: moment)
        case .deleteVolume: try deleteVolume(call, at: moment)
        case .describeAvailabilityZones: describeAvailabilityZones(call)
        case .describeSnapshots: try describeSnapshots(call, at: moment)
        case .describeVolumes: try describeVolumes(call, at: moment)
        case .detachVolume: try detachVolume(call, at: moment)
        }
    }

    /// A latency of the real service, drawn and stretched to this stack's time.
    mutating func draw(_ latency: Latency) -> Duration {
        latency.draw(using: &generator) * scale
    }

    mutating func happens(_ probability: Double) -> Bool {
        probability > 0 && Double.random(in: 0..<1, using: &generator) < probability
    }

    mutating func newID(_ kind: EC2Error.ResourceKind) -> String {
        let digits = String(UInt64.random(in: 0...UInt64.max, using: &generator), radix: 16)
        return kind.prefix + "0" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The time as of which a read by id answers: at times an earlier one, even after a newer answer.
    mutating func readingTime(at moment: EC2Moment) -> Duration {
        let consistency = settings.consistency
        guard happens(consistency.staleProbability) else { return moment.elapsed }
        return moment.elapsed - consistency.staleBy.duration * scale
    }

    /// A volume for a call that names it.
    ///
    /// - Throws: `InvalidVolume.NotFound`, also while the volume is too young to be found.
    func findVolume(_ id: String, at now: Duration) throws(EC2Error) -> EC2Volume {
        guard let volume = volumes[id], now >= volume.visibleAt, !volume.isGone(at: now) else {
            throw .volumesNotFound([id])
        }
        return volume
    }

    func findSnapshot(_ id: String, at now: Duration) throws(EC2Error) -> EC2Snapshot {
        guard let snapshot = snapshots[id], now >= snapshot.visibleAt, snapshot.deletedAt == nil else {
            throw .snapshotsNotFound([id])
        }
        return snapshot
    }

    /// Remembers that something was deleted, and forgets the oldest beyond the limit.
    mutating func remember(deleted id: String) {
        deleted.append(id)
        while deleted.count > max(1, settings.remembersDeleted) {
            let oldest = deleted.removeFirst()
            volumes[oldest] = nil
            snapshots[oldest] = nil
        }
    }

    private func describeAvailabilityZones(_ call: EC2Request) -> [XMLNode] {
        let zones = settings.zones.sorted { $0.key < $1.key }.map { name, id in
            [
                XMLNode("zoneName", name),
                XMLNode("zoneId", id),
                XMLNode("zoneState", "available"),
                XMLNode("regionName", settings.region),
                XMLNode("zoneType", "availability-zone"),
            ]
        }
        return [XMLNode("availabilityZoneInfo", items: zones)]
    }
}
