import Foundation

extension EFSState {
    /// Creates an access point.
    ///
    /// A repeated token is an error that names the first one.
    mutating func createAccessPoint(_ request: EFSCreateAccessPoint, at now: Duration) throws(EFSError)
        -> EFSReply
    {
        let token = request.ClientToken ?? ""
        guard (1...64).contains(token.count) else { throw .badRequest("ClientToken has 1 to 64 characters") }
        if let existing = accessPoints.values.first(where: { $0.request.ClientToken == token }) {
            throw EFSError(
                "AccessPointAlreadyExists",
                status: 409,
                "Access point '\(existing.id)' already exists with client token '\(token)'",
                accessPointID: existing.id
            )
        }
        let owner = try availableFileSystem(request.FileSystemId, at: now)
        let siblings = accessPoints.values.count { $0.fileSystemID == owner.id }
        guard siblings < settings.accessPointQuota else {
            throw EFSError(
                "AccessPointLimitExceeded",
                status: 403,
                "A file system has at most \(settings.accessPointQuota) access points"
            )
        }
        guard siblings < settings.accessPointQuota - settings.accessPointMargin else {
            throw EFSError("ThrottlingException", status: 429, "Close to the limit of access points")
        }
        let created = AccessPoint(
            id: newID("fsap-"),
            request: request,
            fileSystemID: owner.id,
            life: Life(settledAt: now + draw(settings.accessPointCreation)),
            tags: request.Tags ?? []
        )
        accessPoints[created.id] = created
        return .ok(description(of: created, at: now))
    }

    func describeAccessPoints(_ request: LocalRequest, at now: Duration) throws(EFSError) -> EFSReply {
        var candidates = Array(accessPoints.values)
        if let id = request.queryValue("AccessPointId") {
            candidates = [try accessPoint(id)]
        } else if let id = request.queryValue("FileSystemId") {
            let owner = try fileSystem(id, at: now).id
            candidates = candidates.filter { $0.fileSystemID == owner }
        }
        let page = try EFSPage(
            request,
            size: "MaxResults",
            marker: "NextToken",
            largest: settings.accessPointPage
        )
        let (items, next) = page.cut(candidates, id: \.id)
        return .ok(
            EFSAccessPointList(AccessPoints: items.map { description(of: $0, at: now) }, NextToken: next)
        )
    }

    mutating func deleteAccessPoint(_ id: String, at now: Duration) throws(EFSError) -> EFSReply {
        let found = try accessPoint(id)
        accessPoints[found.id] = nil
        return .noContent
    }

    func accessPoint(_ id: String) throws(EFSError) -> AccessPoint {
        guard let found = accessPoints[Self.bareID(id)] else { throw .accessPointNotFound(id) }
        return found
    }

    func description(of point: AccessPoint, at now: Duration) -> EFSAccessPointDescription {
        EFSAccessPointDescription(
            ClientToken: point.request.ClientToken ?? "",
            Name: point.tags.first { $0.Key == "Name" }?.Value,
            Tags: point.tags,
            AccessPointId: point.id,
            AccessPointArn: arn("access-point/\(point.id)"),
            FileSystemId: point.fileSystemID,
            PosixUser: point.request.PosixUser,
            RootDirectory: point.request.RootDirectory ?? EFSRootDirectory(Path: "/"),
            OwnerId: settings.accountID,
            LifeCycleState: point.life.state(at: now).rawValue
        )
    }
}
