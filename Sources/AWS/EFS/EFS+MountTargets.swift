extension EFS {
    /// Makes the mount target of a file system in a subnet.
    ///
    /// - Parameter request: file system, subnet, security groups.
    /// - Returns: the mount target, `creating`.
    /// - Throws: `EFSError`; `mountTargetConflict` if the zone has one: describe; `incorrectLifeCycleState`
    ///   while the file system isn't available.
    package func createMountTarget(_ request: CreateMountTarget) async throws(EFSError) -> MountTarget {
        let body = EFSWire.CreateMountTarget(
            FileSystemId: request.fileSystemID.rawValue,
            SubnetId: request.subnetID,
            SecurityGroups: request.securityGroups.isEmpty ? nil : request.securityGroups
        )
        let answer = try await call(
            "CreateMountTarget",
            method: "POST",
            path: ["mount-targets"],
            body: body,
            effect: .repeatable,
            as: EFSWire.MountTarget.self
        )
        return MountTarget(answer)
    }

    /// Describes a file system's mount targets, all pages.
    ///
    /// - Parameter fileSystem: which.
    /// - Returns: the mount targets.
    /// - Throws: `EFSError`.
    package func describeMountTargets(of fileSystem: FileSystemID) async throws(EFSError) -> [MountTarget] {
        try await pages("DescribeMountTargets") { marker throws(EFSError) in
            let answer = try await call(
                "DescribeMountTargets",
                method: "GET",
                path: ["mount-targets"],
                query: [("FileSystemId", fileSystem.rawValue), ("Marker", marker), ("MaxItems", "100")],
                effect: .none,
                as: EFSWire.MountTargets.self
            )
            return (answer.MountTargets.map(MountTarget.init), answer.NextMarker)
        }
    }
}

extension EFS.MountTarget {
    fileprivate init(_ wire: EFSWire.MountTarget) {
        self.init(
            id: EFS.MountTargetID(wire.MountTargetId),
            fileSystemID: EFS.FileSystemID(wire.FileSystemId),
            subnetID: wire.SubnetId,
            state: EFS.LifeCycleState(wire.LifeCycleState),
            ipAddress: wire.IpAddress,
            availabilityZone: wire.AvailabilityZoneName
        )
    }
}
