import Foundation

extension EC2State {
    /// Lists snapshots: without `OwnerId` also those that strangers made public.
    mutating func describeSnapshots(_ call: EC2Request, at moment: EC2Moment) throws(EC2Error) -> [XMLNode] {
        let listing = try EC2Listing(call, ids: "SnapshotId", of: .snapshot, settings: settings.listing)
        try listing.checkFilters(among: Self.snapshotFilters)
        let now = readingTime(at: moment)
        let owners = Set(
            (call.list("OwnerId") + call.list("Owner")).map { $0 == "self" ? settings.accountID : $0 }
        )
        var candidates: [EC2Snapshot]
        if listing.ids.isEmpty {
            candidates = snapshots.values.filter { now >= $0.listedAt && $0.deletedAt == nil }
        } else {
            candidates = try snapshotsNamed(listing.ids, at: now)
        }
        if !owners.isEmpty { candidates = candidates.filter { owners.contains($0.ownerID) } }
        let page = try listing.page(of: candidates, id: \.id) { snapshot in
            listing.filters.allSatisfy { $0.fits(values(of: $0.name, in: snapshot, at: now)) }
        }
        let items = page.items.map { Self.description(of: $0, at: now, showsProgress: true) }
        return [XMLNode("snapshotSet", items: items)]
            + page.nextToken.map { [XMLNode("nextToken", $0)] }.orNone
    }

    private func snapshotsNamed(_ ids: [String], at now: Duration) throws(EC2Error) -> [EC2Snapshot] {
        var found: [EC2Snapshot] = []
        var unknown: [String] = []
        for id in Set(ids).sorted() {
            if let snapshot = snapshots[id], now >= snapshot.visibleAt, snapshot.deletedAt == nil {
                found.append(snapshot)
            } else {
                unknown.append(id)
            }
        }
        guard unknown.isEmpty else { throw .snapshotsNotFound(unknown) }
        return found
    }

    private static let snapshotFilters: Set = [
        "description", "encrypted", "owner-id", "progress", "snapshot-id", "start-time", "status",
        "storage-tier",
        "tag-key", "volume-id", "volume-size",
    ]

    private func values(of filter: String, in snapshot: EC2Snapshot, at now: Duration) -> [String] {
        switch filter {
        case "description": [snapshot.description]
        case "encrypted": ["\(snapshot.isEncrypted)"]
        case "owner-id": [snapshot.ownerID]
        case "progress": ["\(snapshot.progress(at: now))%"]
        case "snapshot-id": [snapshot.id]
        case "start-time": [EC2Listing.text(snapshot.startedAt)]
        case "status": [snapshot.state(at: now).rawValue]
        case "storage-tier": ["standard"]
        case "volume-id": [snapshot.volumeID]
        case "volume-size": ["\(snapshot.sizeGiB)"]
        default: EC2Listing.tagValues(of: filter, in: snapshot.tags.seenByFilters(at: now))
        }
    }

    /// A snapshot as CreateSnapshot (without progress) and DescribeSnapshots write it.
    static func description(of snapshot: EC2Snapshot, at now: Duration, showsProgress: Bool) -> [XMLNode] {
        let progress = showsProgress ? "\(snapshot.progress(at: now))%" : ""
        return [
            XMLNode("snapshotId", snapshot.id),
            XMLNode("volumeId", snapshot.volumeID),
            XMLNode("status", snapshot.state(at: now).rawValue),
            XMLNode("startTime", snapshot.startedAt),
            XMLNode("progress", progress),
            XMLNode("ownerId", snapshot.ownerID),
            XMLNode("volumeSize", snapshot.sizeGiB),
            XMLNode("description", snapshot.description),
            XMLNode("encrypted", snapshot.isEncrypted),
            XMLNode("storageTier", "standard"),
            XMLNode.tagSet(snapshot.tags.current),
        ]
    }
}
