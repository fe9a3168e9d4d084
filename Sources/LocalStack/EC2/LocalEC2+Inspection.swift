import Synchronization

/// What tests, audits and the other services of the stack ask and tell the local EC2, without the protocol.
extension LocalEC2: Adjustable, Inspectable {
    package var settings: EC2Settings { state.withLock(\.settings) }

    package func adopt(_ settings: EC2Settings) {
        state.withLock { $0.settings = settings }
    }

    /// All volumes as they are now, whatever a lagging read would show, by id.
    package func volumes(includingGone: Bool = false) -> [LocalVolume] {
        state.withLock { state in
            state.volumes.values
                .map { $0.view(at: moment.elapsed) }
                .filter { includingGone || !$0.isGone }
                .sorted { $0.id < $1.id }
        }
    }

    package func volume(_ id: String) -> LocalVolume? {
        state.withLock { $0.volumes[id]?.view(at: moment.elapsed) }
    }

    /// All snapshots of this account as they are now, by id.
    package func snapshots(includingGone: Bool = false) -> [LocalSnapshot] {
        state.withLock { state in
            state.snapshots.values
                .filter { $0.ownerID == state.settings.accountID && (includingGone || $0.deletedAt == nil) }
                .map { $0.view(at: moment.elapsed) }
                .sorted { $0.id < $1.id }
        }
    }

    package func snapshot(_ id: String) -> LocalSnapshot? {
        state.withLock { $0.snapshots[id]?.view(at: moment.elapsed) }
    }

    /// Marks what the volume's blocks hold, as if somebody had written to it.
    ///
    /// - Throws: `InvalidVolume.NotFound`.
    package func setContent(_ content: String, of volume: String) throws(EC2Error) {
        try state.withLock { state throws(EC2Error) in
            guard state.volumes[volume]?.view(at: moment.elapsed).isGone == false else {
                throw EC2Error.volumesNotFound([volume])
            }
            state.volumes[volume]?.content = content
        }
    }

    /// Starts attaching; the volume is `in-use` at once, its attachment `attached` after a latency.
    ///
    /// - Parameters:
    ///   - volume: its id.
    ///   - instance: the id of the instance.
    ///   - device: the device's name on the instance.
    ///   - isRepeatable: whether being on that instance already is no error.
    /// - Returns: the time from now until it is attached.
    /// - Throws: `InvalidVolume.NotFound`, `VolumeInUse`, `IncorrectState`, `InvalidVolume.ZoneMismatch`.
    @discardableResult
    package func attach(
        volume: String,
        instance: String,
        device: String = "/dev/xvdba",
        isRepeatable: Bool = false
    ) throws(EC2Error) -> Duration {
        try state.withLock { state throws(EC2Error) in
            if isRepeatable, let present = state.volumes[volume]?.attachment(at: moment.elapsed),
                present.instance == instance, present.detachedAt == nil
            {
                return max(.zero, present.attachedAt - moment.elapsed)
            }
            let attachment = try state.attach(volume: volume, instance: instance, device: device, at: moment)
            return max(.zero, attachment.attachedAt - moment.elapsed)
        }
    }

    /// Starts detaching; the volume is `available` after a latency.
    ///
    /// - Returns: the time from now until it is available.
    /// - Throws: `InvalidVolume.NotFound`, `IncorrectState` if it isn't attached (to that instance).
    @discardableResult
    package func detach(volume: String, instance: String? = nil, force: Bool = false) throws(EC2Error)
        -> Duration
    {
        try state.withLock { state throws(EC2Error) in
            let attachment = try state.detach(volume: volume, instance: instance, force: force, at: moment)
            return max(.zero, (attachment.detachedAt ?? moment.elapsed) - moment.elapsed)
        }
    }

    /// Tells in which zone an instance is, so that attaching across zones is refused.
    package func register(instance: String, zone: String) {
        state.withLock { $0.instances[instance] = zone }
    }

    package func unregister(instance: String) {
        state.withLock { $0.instances[instance] = nil }
    }

    /// Decides the fate of the next volume that is created.
    package func nextVolume(becomes fate: LocalVolume.Fate) {
        state.withLock { $0.decreedFates.append(fate) }
    }

    /// Makes a snapshot out of nothing, as an older system or a stranger would have left it.
    @discardableResult
    package func plant(_ snapshot: EC2PlantedSnapshot) -> String {
        state.withLock { $0.plant(snapshot, at: moment) }
    }

    /// Makes an `available` volume out of nothing, as an older system would have left it.
    @discardableResult
    package func plant(
        volumeIn zone: String,
        sizeGiB: Int,
        tags: [String: String] = [:],
        content: String? = nil
    ) -> String {
        state.withLock {
            $0.plant(volumeIn: zone, sizeGiB: sizeGiB, tags: tags, content: content, at: moment)
        }
    }

    /// How many volumes there ever were, ghosts included.
    package var volumesCreated: Int { state.withLock(\.volumesCreated) }

    package func counts() async -> [String: Int] {
        let volumes = volumes()
        var counts = [
            "volumes": volumes.count, "snapshots": snapshots().count, "volumes created": volumesCreated,
        ]
        for volume in volumes { counts["volumes \(volume.state.rawValue)", default: 0] += 1 }
        return counts
    }

    package func inventory() async throws -> [String: JSONValue] {
        [
            "volumes": try JSONValue(encoding: volumes(includingGone: true)),
            "snapshots": try JSONValue(encoding: snapshots(includingGone: true)),
            "instances": try JSONValue(encoding: state.withLock(\.instances)),
        ]
    }
}
