extension EFS {
    /// Makes an access point.
    ///
    /// - Parameter request: its token and where it leads.
    /// - Returns: the access point, `creating`.
    /// - Throws: `EFSError`; `accessPointAlreadyExists` with the id if the token was used: compare.
    package func createAccessPoint(_ request: CreateAccessPoint) async throws(EFSError) -> AccessPoint {
        let body = EFSWire.CreateAccessPoint(
            ClientToken: request.clientToken,
            FileSystemId: request.fileSystemID.rawValue,
            PosixUser: request.user.map { EFSWire.User(Uid: $0.uid, Gid: $0.gid) },
            RootDirectory: request.root.map(EFSWire.Root.init),
            Tags: request.tags.isEmpty ? nil : EFSWire.Tag.list(request.tags)
        )
        let answer = try await call(
            "CreateAccessPoint",
            method: "POST",
            path: ["access-points"],
            body: body,
            effect: .repeatable,
            as: EFSWire.AccessPoint.self
        )
        return AccessPoint(answer)
    }

    /// Describes all access points, or those of a file system; all pages.
    ///
    /// - Parameter fileSystem: whose; nil for all.
    /// - Returns: the access points.
    /// - Throws: `EFSError`.
    package func describeAccessPoints(of fileSystem: FileSystemID?) async throws(EFSError) -> [AccessPoint] {
        try await accessPoints(("FileSystemId", fileSystem?.rawValue))
    }

    /// Describes one access point.
    ///
    /// - Parameter id: which.
    /// - Returns: the access point in a list of one.
    /// - Throws: `EFSError`; `accessPointNotFound` if there is none.
    package func describeAccessPoints(id: AccessPointID) async throws(EFSError) -> [AccessPoint] {
        try await accessPoints(("AccessPointId", id.rawValue))
    }

    private func accessPoints(_ which: (String, String?)) async throws(EFSError) -> [AccessPoint] {
        try await pages("DescribeAccessPoints") { token throws(EFSError) in
            let answer = try await call(
                "DescribeAccessPoints",
                method: "GET",
                path: ["access-points"],
                query: [which, ("NextToken", token), ("MaxResults", "100")],
                effect: .none,
                as: EFSWire.AccessPoints.self
            )
            return (answer.AccessPoints.map(AccessPoint.init), answer.NextToken)
        }
    }
}

extension EFSWire.Root {
    fileprivate init(_ root: EFS.RootDirectory) {
        Path = root.path
        CreationInfo = root.owner.map {
            Creation(OwnerUid: $0.uid, OwnerGid: $0.gid, Permissions: root.permissions ?? "0755")
        }
    }
}

extension EFS.RootDirectory {
    fileprivate init(_ wire: EFSWire.Root) {
        self.init(
            path: wire.Path ?? "/",
            owner: wire.CreationInfo.map { EFS.PosixUser(uid: $0.OwnerUid, gid: $0.OwnerGid) },
            permissions: wire.CreationInfo?.Permissions
        )
    }
}

extension EFS.AccessPoint {
    fileprivate init(_ wire: EFSWire.AccessPoint) {
        self.init(
            id: EFS.AccessPointID(wire.AccessPointId),
            clientToken: wire.ClientToken,
            fileSystemID: EFS.FileSystemID(wire.FileSystemId),
            state: EFS.LifeCycleState(wire.LifeCycleState),
            root: wire.RootDirectory.map(EFS.RootDirectory.init),
            user: wire.PosixUser.map { EFS.PosixUser(uid: $0.Uid, gid: $0.Gid) },
            tags: EFSWire.Tag.dictionary(wire.Tags)
        )
    }
}
