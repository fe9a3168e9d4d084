extension EFSState {
    /// Creates a mount target: one a zone, all in one VPC, of an available file system.
    mutating func createMountTarget(_ request: EFSCreateMountTarget, at now: Duration) throws(EFSError)
        -> EFSReply
    {
        let fileSystem = try availableFileSystem(request.FileSystemId, at: now)
        let subnetID = request.SubnetId ?? ""
        guard let subnet = settings.subnets.first(where: { $0.id == subnetID }) else {
            throw EFSError("SubnetNotFound", status: 400, "The subnet ID '\(subnetID)' does not exist")
        }
        let siblings = mountTargets.values.filter { $0.fileSystemID == fileSystem.id }
        // The answer has no id in it: the caller has to describe.
        guard !siblings.contains(where: { $0.subnet.zone == subnet.zone }) else {
            throw EFSError("MountTargetConflict", status: 409, "mount target already exists in this AZ")
        }
        guard siblings.allSatisfy({ $0.subnet.vpc == subnet.vpc }) else {
            throw EFSError("MountTargetConflict", status: 409, "requested subnet is in another VPC")
        }
        let address = try address(request.IpAddress, in: subnet)
        let created = MountTarget(
            id: newID("fsmt-"),
            fileSystemID: fileSystem.id,
            subnet: subnet,
            address: address,
            life: Life(settledAt: now + draw(settings.mountTargetCreation))
        )
        mountTargets[created.id] = created
        return .ok(description(of: created, at: now))
    }

    private mutating func address(_ asked: String?, in subnet: EFSSubnet) throws(EFSError) -> String {
        let taken = Set(mountTargets.values.map(\.address))
        if let asked {
            guard !taken.contains(asked) else {
                throw EFSError("IpAddressInUse", status: 409, "The address \(asked) is already in use")
            }
            return asked
        }
        let network = (settings.subnets.firstIndex(of: subnet) ?? 0) % 256
        for host in 10..<65_000 {
            let address = "10.\(network).\(host / 250).\(host % 250 + 4)"
            if !taken.contains(address) { return address }
        }
        throw EFSError(
            "NoFreeAddressesInSubnet",
            status: 409,
            "The subnet \(subnet.id) has no free addresses"
        )
    }

    func describeMountTargets(_ request: LocalRequest, at now: Duration) throws(EFSError) -> EFSReply {
        let fileSystemID = request.queryValue("FileSystemId")
        let mountTargetID = request.queryValue("MountTargetId")
        let accessPointID = request.queryValue("AccessPointId")
        guard [fileSystemID, mountTargetID, accessPointID].compactMap(\.self).count == 1 else {
            throw .badRequest("Exactly one of FileSystemId, MountTargetId and AccessPointId must be given")
        }
        var candidates: [MountTarget] = []
        if let mountTargetID {
            candidates = [try mountTarget(mountTargetID)]
        } else if let accessPointID {
            let owner = try accessPoint(accessPointID).fileSystemID
            candidates = mountTargets.values.filter { $0.fileSystemID == owner }
        } else if let fileSystemID {
            let owner = try fileSystem(fileSystemID, at: now).id
            candidates = mountTargets.values.filter { $0.fileSystemID == owner }
        }
        let page = try EFSPage(request, size: "MaxItems", marker: "Marker", largest: settings.mountTargetPage)
        let (items, next) = page.cut(candidates, id: \.id)
        return .ok(
            EFSMountTargetList(
                Marker: request.queryValue("Marker"),
                MountTargets: items.map { description(of: $0, at: now) },
                NextMarker: next
            )
        )
    }

    mutating func deleteMountTarget(_ id: String, at now: Duration) throws(EFSError) -> EFSReply {
        let found = try mountTarget(id)
        if found.life.goneAt == nil {
            let goneAt = now + draw(settings.mountTargetDeletion)
            mountTargets[id]?.life.goneAt = goneAt
        }
        return .noContent
    }

    private func mountTarget(_ id: String) throws(EFSError) -> MountTarget {
        guard let found = mountTargets[id] else { throw .mountTargetNotFound(id) }
        return found
    }

    func description(of target: MountTarget, at now: Duration) -> EFSMountTargetDescription {
        EFSMountTargetDescription(
            OwnerId: settings.accountID,
            MountTargetId: target.id,
            FileSystemId: target.fileSystemID,
            SubnetId: target.subnet.id,
            LifeCycleState: target.life.state(at: now).rawValue,
            IpAddress: target.address,
            NetworkInterfaceId: "eni-" + target.id.dropFirst("fsmt-".count),
            AvailabilityZoneId: target.subnet.zoneID,
            AvailabilityZoneName: target.subnet.zone,
            VpcId: target.subnet.vpc
        )
    }
}
