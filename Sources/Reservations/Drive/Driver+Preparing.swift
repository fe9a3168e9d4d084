import Foundation

extension Driver {
    /// Promises capacity, locks the disk and writes the intent: all in one transaction, or the row queues.
    func prepare(_ row: Reservation) async throws -> Progress {
        guard let request = row.request else { throw ReservationFailure("the row holds no request") }
        if let notBefore = row.notBefore, notBefore > ports.time.now() {
            return try await queue(row, row.detail)
        }
        let nodes = try await nodes(of: request.gpuType)
        let capacity = try await ports.ledger.capacity(of: request.gpuType)
        let machines: [NodeSighting]
        switch seats(for: row, request, among: nodes, capacity) {
        case .nodes(let chosen): machines = chosen
        case .impossible(let largest, let able):
            let counted = row.nodeCount > 1 ? "only \(able) of \(row.nodeCount)" : "no"
            throw ReservationFailure(
                "\(counted) \(request.gpuType) node\(able == 1 || row.nodeCount == 1 ? " has" : "s have")"
                    + " \(request.gpuCount) GPUs; the largest has \(largest)"
            )
        case .full:
            let nodes = row.nodeCount > 1 ? "\(row.nodeCount) × " : ""
            return try await queue(row, "Waiting for \(nodes)\(request.gpuCount) \(request.gpuType) GPUs")
        }
        switch try await planDisk(row, request) {
        case .refuse(let reason): throw ReservationFailure(reason)
        case .wait(let reason): return try await queue(row, reason, pause: Self.diskWaitPause)
        case .without(let warning):
            return .next(try await promise(row, request, machines, capacity, disk: nil, warning: warning))
        case .lock(let old, let new):
            return .next(try await promise(row, request, machines, capacity, disk: (old, new), warning: nil))
        }
    }

    private func seats(
        for row: Reservation,
        _ request: ReservationRequest,
        among nodes: [NodeSighting],
        _ capacity: [NodeCapacity]
    ) -> CapacityPlan.Seats {
        let (total, count) = (row.nodeCount, request.gpuCount)
        // A zone that just had no room for the disk comes last.
        let elsewhere = nodes.filter { !marks.exhaustedZones.contains($0.zone) }
        let seats = CapacityPlan.seat(total, count: count, nodes: elsewhere, promised: capacity)
        if case .nodes = seats { return seats }
        return CapacityPlan.seat(
            total,
            count: count,
            nodes: nodes,
            promised: capacity,
            diskNotIn: marks.exhaustedZones
        )
    }

    func nodes(of type: GPUType) async throws -> [NodeSighting] {
        do {
            return try await ports.pods.nodes(of: type)
        } catch {
            throw LedgerError(.unavailable, "nodes can't be read: \(error.reason)")
        }
    }

    private func planDisk(_ row: Reservation, _ request: ReservationRequest) async throws -> DiskPlan {
        guard let key = DiskPlan.key(for: request) else { return .without(warning: nil) }
        // An operator may have bound the user anew while the request waited: the disk is that login's alone.
        let binding = try await ports.ledger.user(request.userID)
        if case .refused(let why) = UserBinding.meeting(of: binding, with: request, at: ports.time.now()) {
            return .refuse(why)
        }
        let disk = try await ports.ledger.disk(key)
        var holder: DiskPlan.Holder?
        if let standing = disk?.holder, standing.reservation != row.id {
            let other = try await ports.ledger.reservation(standing.reservation)
            // A row that is gone has ended long ago; only the janitor may end its lock.
            holder =
                other?.status.isTerminal == false
                ? .living(standing.reservation) : .ended(standing.reservation)
            if let other, other.status.isEnding { holder = .ended(other.id) }
        }
        // A row that Berth never wrote is the replaced system's: its head isn't known yet, which isn't "none".
        let isUnknown = disk.map { $0.version == 0 } ?? true
        let firstHead =
            isUnknown && settings.disk.startsFromOldSnapshots ? try await headOfOldSystem(key) : nil
        return DiskPlan.make(
            for: row,
            request: request,
            disk: disk,
            holder: holder,
            firstHead: firstHead,
            settings: settings,
            at: ports.time.now()
        )
    }

    /// The newest snapshot that the replaced system left of a disk, believed once two listings agree.
    private func headOfOldSystem(_ key: DiskKey) async throws -> SnapshotID? {
        do {
            let first = try await ports.volumes.legacySnapshots(of: key).first
            let second = try await ports.volumes.legacySnapshots(of: key).first
            guard first?.id == second?.id else {
                throw LedgerError(.unavailable, "two snapshot listings differ")
            }
            // The replaced system's word for a snapshot of an empty disk.
            return first?.tags[VolumeTag.snapshotType] == "initial" ? nil : first?.id
        } catch let error as VolumeError {
            throw LedgerError(.unavailable, "snapshots can't be listed: \(error.reason)")
        }
    }

    /// All promises, the lock and the intent in one transaction: at most 32 machines' rows beside two others,
    /// where DynamoDB takes 100.
    private func promise(
        _ row: Reservation,
        _ request: ReservationRequest,
        _ machines: [NodeSighting],
        _ capacity: [NodeCapacity],
        disk: (old: Disk?, new: Disk)?,
        warning: String?
    ) async throws -> Reservation {
        let now = ports.time.now()
        let count = max(request.gpuCount, 1)
        var others = CapacityPlan.moving(
            row.id,
            count: count,
            of: request.gpuType,
            to: machines.map(\.name),
            promised: capacity
        )
        if let disk { others.append(.disk(from: disk.old, to: disk.new)) }
        let prepared = try await write(row, and: others) { row in
            try row.move(to: .preparing)
            row.notBefore = nil
            if row.diskGeneration > 1 { row.firstGeneration = row.diskGeneration }
            row.take(machines, type: request.gpuType, count: count)
            row.mark(.capacityPromised, at: now)
            let nodes = machines.count > 1 ? "\(machines.count) × " : ""
            row.note("Found \(nodes)\(count) \(request.gpuType) GPUs - preparing resources", at: now)
            row.warning = warning ?? row.warning
            guard let disk, let zone = machines.first?.zone else { return }
            row.mark(.diskCreateStart, at: now)
            row.diskIntent = DiskIntent(
                for: row,
                disk: disk.new,
                zone: zone,
                fleet: context.fleet,
                defaults: settings.disk,
                at: now
            )
        }
        tell(prepared)
        await ports.checkpoints.reached(.intentWritten)
        return prepared
    }

    private static let diskWaitPause = Duration.seconds(5)

    private func queue(_ row: Reservation, _ why: String, pause: Duration? = nil) async throws -> Progress {
        guard row.status != .queued else { return .letGo }
        let now = ports.time.now()
        let queued = try await write(row) { row in
            try row.move(to: .queued)
            row.owner = nil
            row.notBefore = pause.map { now.addingTimeInterval($0 / .seconds(1)) } ?? row.notBefore
            row.note(why, at: now)
        }
        tell(queued)
        return .letGo
    }
}
