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
        let exhausted = marks.exhaustedZones
        let all = try await nodes(of: promise.gpuType)
        // Of several nodes only node 0 has a disk: the others may be where they are.
        let nodes = row.nodeCount > 1 ? all : all.filter { !exhausted.contains($0.zone) }
        let capacity = try await ports.ledger.capacity(of: promise.gpuType)
        guard
            case .nodes(let machines) = CapacityPlan.seat(
                row.nodeCount,
                count: request.gpuCount,
                nodes: nodes,
                // Its own promises move along.
                promised: capacity.map { $0.ending(row.id) },
                diskNotIn: exhausted
            ), let zone = machines.first?.zone, !exhausted.contains(zone)
        else { return nil }
        let (disk, next) = try await heldDisk(row, intent) { holder in
            DiskHolder(
                reservation: holder.reservation,
                generation: row.diskGeneration + 1,
                headVersion: holder.headVersion
            )
        }
        let moved = CapacityPlan.moving(
            row.id,
            count: promise.count,
            of: promise.gpuType,
            to: machines.map(\.name),
            promised: capacity
        )
        let now = ports.time.now()
        let why = "No disk capacity in zone \(intent.zone): trying \(zone)"
        let written = try await write(row, and: moved + [.disk(from: disk, to: next)]) { row in
            row.leaveMachines()
            row.take(machines, type: promise.gpuType, count: promise.count)
            row.diskGeneration += 1
            row.firstGeneration = row.attemptedFrom + 1
            row.note(why, at: now)
            row.diskIntent = DiskIntent(
                for: row,
                disk: next,
                zone: zone,
                fleet: context.fleet,
                defaults: settings.disk,
                at: now
            )
        }
        tell(written)
        return written
    }
}
