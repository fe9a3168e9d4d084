extension EC2State {
    /// Lists volumes: by id all or none, by filter whatever fits, in no order.
    mutating func describeVolumes(_ call: EC2Request, at moment: EC2Moment) throws(EC2Error) -> [XMLNode] {
        let listing = try EC2Listing(call, ids: "VolumeId", of: .volume, settings: settings.listing)
        let now = readingTime(at: moment)
        try listing.checkFilters(among: Self.volumeFilters)
        let candidates: [EC2Volume]
        if listing.ids.isEmpty {
            candidates = volumes.values.filter { now >= $0.listedAt && !$0.isGone(at: now) }
        } else {
            candidates = try volumesNamed(listing.ids, at: now)
        }
        let page = try listing.page(of: candidates, id: \.id) { volume in
            listing.filters.allSatisfy { $0.fits(values(of: $0.name, in: volume, at: now)) }
        }
        let items = page.items.map { Self.description(of: $0, at: now, settings: settings) }
        return [XMLNode("volumeSet", items: items)] + page.nextToken.map { [XMLNode("nextToken", $0)] }.orNone
    }

    private func volumesNamed(_ ids: [String], at now: Duration) throws(EC2Error) -> [EC2Volume] {
        var found: [EC2Volume] = []
        var unknown: [String] = []
        for id in Set(ids).sorted() {
            if let volume = volumes[id], now >= volume.visibleAt, !volume.isGone(at: now) {
                found.append(volume)
            } else {
                unknown.append(id)
            }
        }
        guard unknown.isEmpty else { throw .volumesNotFound(unknown) }
        return found
    }

    private static let volumeFilters: Set = [
        "attachment.attach-time", "attachment.device", "attachment.instance-id", "attachment.status",
        "availability-zone", "availability-zone-id", "create-time", "encrypted", "multi-attach-enabled",
        "size",
        "snapshot-id", "status", "tag-key", "volume-id", "volume-type",
    ]

    private func values(of filter: String, in volume: EC2Volume, at now: Duration) -> [String] {
        let specification = volume.specification
        let attachment = volume.attachment(at: now)?.view(at: now)
        switch filter {
        case "attachment.attach-time": return attachment.map { [EC2Listing.text($0.since)] } ?? []
        case "attachment.device": return attachment.map { [$0.device] } ?? []
        case "attachment.instance-id": return attachment.map { [$0.instance] } ?? []
        case "attachment.status": return attachment.map { [$0.state.rawValue] } ?? []
        case "availability-zone": return [specification.zone]
        case "availability-zone-id": return [settings.zones[specification.zone] ?? ""]
        case "create-time": return [EC2Listing.text(volume.createdAt)]
        case "encrypted": return ["\(specification.isEncrypted)"]
        case "multi-attach-enabled": return ["false"]
        case "size": return ["\(specification.sizeGiB)"]
        case "snapshot-id": return [specification.snapshotID ?? ""]
        case "status": return [volume.state(at: now).rawValue]
        case "volume-id": return [volume.id]
        case "volume-type": return [specification.type]
        default: return EC2Listing.tagValues(of: filter, in: volume.tags.seenByFilters(at: now))
        }
    }

    /// A volume as CreateVolume and DescribeVolumes write it.
    ///
    /// The client token isn't shown.
    static func description(of volume: EC2Volume, at now: Duration, settings: EC2Settings) -> [XMLNode] {
        let specification = volume.specification
        var nodes = [
            XMLNode("volumeId", volume.id),
            XMLNode("size", specification.sizeGiB),
            XMLNode("snapshotId", specification.snapshotID ?? ""),
            XMLNode("availabilityZone", specification.zone),
            XMLNode("availabilityZoneId", settings.zones[specification.zone] ?? ""),
            XMLNode("status", volume.state(at: now).rawValue),
            XMLNode("createTime", volume.createdAt),
            XMLNode(
                "attachmentSet",
                items: volume.attachment(at: now).map { [attachmentNodes(volume.id, $0.view(at: now))] } ?? []
            ),
            XMLNode.tagSet(volume.tags.current),
            XMLNode("volumeType", specification.type),
            XMLNode("encrypted", specification.isEncrypted),
            XMLNode("multiAttachEnabled", false),
        ]
        if let iops = specification.iops { nodes.append(XMLNode("iops", iops)) }
        if let throughput = specification.throughput { nodes.append(XMLNode("throughput", throughput)) }
        if let key = specification.kmsKeyID { nodes.append(XMLNode("kmsKeyId", key)) }
        return nodes
    }
}
