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
        let node: NodeSighting
        switch CapacityPlan.choose(count: request.gpuCount, nodes: nodes, promised: capacity) {
        case .node(let chosen): node = chosen
        case .impossible(let largest):
            throw ReservationFailure(
                "no \(request.gpuType) node has \(request.gpuCount) GPUs; the largest has \(largest)"
            )
        case .full:
            return try await queue(row, "Waiting for \(request.gpuCount) \(request.gpuType) GPUs")
        }
        switch try await planDisk(row, request) {
        case .refuse(let reason): throw ReservationFailure(reason)
        case .wait(let reason): return try await queue(row, reason)
        case .without(let warning):
            return .next(try await promise(row, request, node, capacity, disk: nil, warning: warning))
        case .lock(let old, let new):
            return .next(try await promise(row, request, node, capacity, disk: (old, new), warning: nil))
        }
    }

    private func nodes(of type: GPUType) async throws -> [NodeSighting] {
        do {
            return try await ports.pods.nodes(of: type)
        } catch {
            throw LedgerError(.unavailable, "nodes can't be read: \(error.reason)")
        }
    }

    private func planDisk(_ row: Reservation, _ request: ReservationRequest) async throws -> DiskPlan {
        guard let key = DiskPlan.key(for: request) else { return .without(warning: nil) }
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
        let firstHead = disk == nil ? try await headOfOldSystem(key) : nil
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
            let first = try await ports.volumes.legacySnapshots(of: key).first?.id
            let second = try await ports.volumes.legacySnapshots(of: key).first?.id
            guard first == second else { throw LedgerError(.unavailable, "two snapshot listings differ") }
            return first
        } catch let error as VolumeError {
            throw LedgerError(.unavailable, "snapshots can't be listed: \(error.reason)")
        }
    }

    private func promise(
        _ row: Reservation,
        _ request: ReservationRequest,
        _ node: NodeSighting,
        _ capacity: [NodeCapacity],
        disk: (old: Disk?, new: Disk)?,
        warning: String?
    ) async throws -> Reservation {
        let now = ports.time.now()
        let count = max(request.gpuCount, 1)
        let oldCapacity = capacity.first { $0.node == node.name }
        let room = oldCapacity ?? NodeCapacity(gpuType: request.gpuType, node: node.name)
        var others: [Decision.Row] = [
            .capacity(from: oldCapacity, to: room.promising(count, to: row.id))
        ]
        if let disk { others.append(.disk(from: disk.old, to: disk.new)) }
        let prepared = try await write(row, and: others) { row in
            try row.move(to: .preparing)
            row.notBefore = nil
            row.promise = Promise(gpuType: request.gpuType, node: node.name, zone: node.zone, count: count)
            row.mark(.capacityPromised, at: now)
            row.note("Found \(count) \(request.gpuType) GPUs - preparing resources", at: now)
            row.warning = warning ?? row.warning
            guard let disk else { return }
            row.mark(.diskCreateStart, at: now)
            row.diskIntent = DiskIntent(
                for: row,
                disk: disk.new,
                zone: node.zone,
                fleet: context.fleet,
                defaults: settings.disk,
                at: now
            )
        }
        tell(prepared)
        await ports.checkpoints.reached(.intentWritten)
        return prepared
    }

    private func queue(_ row: Reservation, _ why: String) async throws -> Progress {
        guard row.status != .queued else { return .letGo }
        let now = ports.time.now()
        let queued = try await write(row) { row in
            try row.move(to: .queued)
            row.owner = nil
            row.note(why, at: now)
        }
        tell(queued)
        return .letGo
    }
}
