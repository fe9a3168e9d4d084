import Foundation

extension Driver {
    /// The disk and the promise move to a zone that hasn't refused the disk yet, in one transaction.
    ///
    /// The generation is spent, since its token may not be used with another zone; whatever it made after all
    /// is found by its tag.
    ///
    /// - Returns: nil if no other zone has a node with room.
    func moveToAnotherZone(_ row: Reservation, _ intent: DiskIntent) async throws -> Reservation? {
        guard let request = row.request, let promise = row.promise else { return nil }
        let nodes = try await nodes(of: promise.gpuType).filter { !marks.exhaustedZones.contains($0.zone) }
        let capacity = try await ports.ledger.capacity(of: promise.gpuType)
        guard
            case .node(let node) = CapacityPlan.choose(
                count: request.gpuCount,
                nodes: nodes,
                promised: capacity
            )
        else { return nil }
        let (disk, next) = try await heldDisk(row, intent) { holder in
            DiskHolder(
                reservation: holder.reservation,
                generation: row.diskGeneration + 1,
                headVersion: holder.headVersion
            )
        }
        let old = capacity.first { $0.node == node.name }
        let room = old ?? NodeCapacity(gpuType: promise.gpuType, node: node.name)
        var others: [Decision.Row] = [
            .disk(from: disk, to: next), .capacity(from: old, to: room.promising(promise.count, to: row.id)),
        ]
        if let ended = try await endedPromise(row) { others.append(ended) }
        let now = ports.time.now()
        let why = "No disk capacity in zone \(intent.zone): trying \(node.zone)"
        let written = try await write(row, and: others) { row in
            row.promise = Promise(
                gpuType: promise.gpuType,
                node: node.name,
                zone: node.zone,
                count: promise.count
            )
            row.diskGeneration += 1
            row.firstGeneration = row.attemptedFrom + 1
            row.note(why, at: now)
            row.diskIntent = DiskIntent(
                for: row,
                disk: next,
                zone: node.zone,
                fleet: context.fleet,
                defaults: settings.disk,
                at: now
            )
        }
        tell(written)
        return written
    }
}
